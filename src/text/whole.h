// A whole number as people write it: 5, +5, -5. Nothing if the text is something else or does not fit.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace holdfast {

[[nodiscard]] inline std::optional<std::int64_t> parse_whole(std::string_view text) {
  if (text.starts_with("+") && text.size() > 1 && text[1] != '-') text.remove_prefix(1);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace holdfast
