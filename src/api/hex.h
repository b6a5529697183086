// Numbers in lower-case hexadecimal, without zeros in front.
#pragma once

#include <array>
#include <charconv>
#include <cstdint>
#include <string>

namespace holdfast::api {

inline void append_hex(std::string& out, std::uint64_t number) {
  std::array<char, 16> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, 16).ptr;
  out.append(digits.data(), end);
}

}  // namespace holdfast::api
