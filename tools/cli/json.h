// Reading an answer without trusting it: what is missing or of another type reads as nothing, so that a
// daemon of another version is shown as far as it can be.
#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace holdfast::cli {

namespace json = boost::json;

[[nodiscard]] std::optional<json::value> parse_json(std::string_view text);
[[nodiscard]] std::string written(const json::value& value);  // on one line

[[nodiscard]] const json::value& at(const json::value& object, std::string_view name);  // null if missing
[[nodiscard]] const json::array& list(const json::value& object, std::string_view name);
[[nodiscard]] std::optional<std::int64_t> number(const json::value& object, std::string_view name);
[[nodiscard]] bool is_true(const json::value& object, std::string_view name);

// As people read it: strings without quotes, control characters replaced (they are commands to a terminal),
// null and missing as an empty text.
[[nodiscard]] std::string text(const json::value& value);
[[nodiscard]] std::string text(const json::value& object, std::string_view name);

// The same without spaces between digits: for what people copy into a file or a command.
[[nodiscard]] std::string plain(const json::value& value);

}  // namespace holdfast::cli
