// Reading JSON that a daemon sent: what is missing or of another type reads as nothing.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace holdfast::store {

namespace json = boost::json;

[[nodiscard]] std::optional<json::value> parsed(std::string_view text);
[[nodiscard]] std::string written(const json::value& value);
[[nodiscard]] const json::value& at(const json::value& object, std::string_view name);  // null if missing
[[nodiscard]] const json::array& list(const json::value& object, std::string_view name);
[[nodiscard]] std::optional<std::string> text(const json::value& object, std::string_view name);
[[nodiscard]] std::int64_t number(const json::value& object, std::string_view name);  // 0 if missing

}  // namespace holdfast::store
