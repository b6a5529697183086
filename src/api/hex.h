// Numbers in lower-case hexadecimal.
#pragma once

#include <array>
#include <charconv>
#include <cstdint>
#include <string>

namespace holdfast::api {

// Without zeros in front.
inline void append_hex(std::string& out, std::uint64_t number) {
  std::array<char, 16> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, 16).ptr;
  out.append(digits.data(), end);
}

// 16 digits.
[[nodiscard]] inline std::string hex(std::uint64_t value) {
  std::string digits(16, '0');
  for (std::size_t i = digits.size(); i-- > 0; value >>= 4) digits[i] = "0123456789abcdef"[value & 15];
  return digits;
}

}  // namespace holdfast::api
