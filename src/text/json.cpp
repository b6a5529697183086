#include "text/json.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace holdfast {

std::optional<json::value> parse_json(std::string_view text) {
  boost::system::error_code error;
  auto value = json::parse({text.data(), text.size()}, error);
  if (error) return std::nullopt;
  return value;
}

std::string written(const json::value& value) { return json::serialize(value); }

const json::value& at(const json::value& object, std::string_view name) {
  static const json::value nothing;
  const auto* members = object.if_object();
  const auto* found = members ? members->if_contains({name.data(), name.size()}) : nullptr;
  return found ? *found : nothing;
}

const json::array& list(const json::value& object, std::string_view name) {
  static const json::array nothing;
  const auto* found = at(object, name).if_array();
  return found ? *found : nothing;
}

std::optional<std::string> string_at(const json::value& object, std::string_view name) {
  const auto* found = at(object, name).if_string();
  if (!found) return std::nullopt;
  return std::string(found->data(), found->size());
}

std::optional<std::int64_t> number(const json::value& object, std::string_view name) {
  boost::system::error_code error;
  const auto& value = at(object, name);
  if (!value.is_number()) return std::nullopt;
  const auto number = value.to_number<std::int64_t>(error);
  return error ? std::nullopt : std::optional(number);
}

bool is_true(const json::value& object, std::string_view name) {
  const auto* flag = at(object, name).if_bool();
  return flag && *flag;
}

}  // namespace holdfast
