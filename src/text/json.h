// Reading JSON that others wrote, without trusting it: what is missing or of another type reads as nothing,
// so that an answer of another version is read as far as it can be.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace holdfast {

namespace json = boost::json;

[[nodiscard]] std::optional<json::value> parse_json(std::string_view text);
[[nodiscard]] std::string written(const json::value& value);  // on one line

[[nodiscard]] const json::value& at(const json::value& object, std::string_view name);  // null if missing
[[nodiscard]] const json::array& list(const json::value& object, std::string_view name);
[[nodiscard]] std::optional<std::string> string_at(const json::value& object, std::string_view name);
[[nodiscard]] std::optional<std::int64_t> number(const json::value& object, std::string_view name);
[[nodiscard]] bool is_true(const json::value& object, std::string_view name);

}  // namespace holdfast
