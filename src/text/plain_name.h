// A name of A-Z a-z 0-9 - . _ alone, made of any text: everything else as one -, of a long one its end.
#pragma once

#include <cctype>
#include <string>
#include <string_view>

namespace holdfast {

[[nodiscard]] inline std::string plain_name(std::string_view text) {
  constexpr std::size_t characters_max = 64;
  std::string name;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80 && (std::isalnum(byte) || c == '.' || c == '_'))
      name += c;
    else if (!name.empty() && name.back() != '-')
      name += '-';
  }
  return name.size() > characters_max ? name.substr(name.size() - characters_max) : name;
}

}  // namespace holdfast
