#include "cli/arguments.h"

namespace holdfast::cli {

std::optional<std::string> Arguments::maybe(const std::string& name) const {
  const auto found = values_.find(name);
  if (found == values_.end()) return std::nullopt;
  return found->second.back();
}

std::int64_t Arguments::number(const std::string& name) const { return parse_whole(one(name)).value_or(0); }

const std::vector<std::string>& Arguments::all(const std::string& name) const {
  static const std::vector<std::string> none;
  const auto found = values_.find(name);
  return found == values_.end() ? none : found->second;
}

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  const auto digits = text.find_first_not_of("0123456789");
  const auto unit = digits == std::string_view::npos ? std::string_view("s") : text.substr(digits);
  const auto number = parse_whole(text.substr(0, digits));
  const std::int64_t factor = unit == "ms"  ? 1
                              : unit == "s" ? 1'000
                              : unit == "m" ? 60'000
                              : unit == "h" ? 3'600'000
                                            : 0;
  // A clock can count it from now on.
  constexpr std::int64_t longest_ms = std::chrono::milliseconds(std::chrono::hours(1'000'000)).count();
  if (!number || factor == 0 || *number > longest_ms / factor) return std::nullopt;
  return std::chrono::milliseconds(*number * factor);
}

std::optional<Line> parse_line(std::string_view text) {
  const auto equals = text.rfind('=');
  if (equals == std::string_view::npos || equals == 0) return std::nullopt;
  const auto quantity = parse_whole(text.substr(equals + 1));
  if (!quantity || *quantity < 1) return std::nullopt;
  return Line{std::string(text.substr(0, equals)), *quantity};
}

}  // namespace holdfast::cli
