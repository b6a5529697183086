// UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing beyond U+10FFFF.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace holdfast {

// The character that `text` begins with, and how many bytes it takes; 0 bytes if it is none.
struct Utf8Character {
  char32_t code = 0;
  std::size_t bytes = 0;
};

[[nodiscard]] constexpr Utf8Character first_character(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t bytes = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < bytes) return {};
  char32_t code = lead & (0x7fu >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {};
    code = (code << 6) | (byte(i) & 0x3fu);
  }
  constexpr char32_t lowest[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xd800 && code <= 0xdfff;
  if (code < lowest[bytes] || code > 0x10ffff || surrogate) return {};
  return {code, bytes};
}

// How many characters; nothing if it is not UTF-8.
[[nodiscard]] constexpr std::optional<std::size_t> utf8_length(std::string_view text) {
  std::size_t characters = 0;
  for (; !text.empty(); ++characters) {
    const std::size_t bytes = first_character(text).bytes;
    if (bytes == 0) return std::nullopt;
    text.remove_prefix(bytes);
  }
  return characters;
}

// C0, DEL and C1.
[[nodiscard]] constexpr bool is_control(char32_t code) {
  return code < 0x20 || (code >= 0x7f && code < 0xa0);
}

}  // namespace holdfast
