#include "store/json.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace holdfast::store {

std::optional<json::value> parsed(std::string_view text) {
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

std::optional<std::string> text(const json::value& object, std::string_view name) {
  const auto* found = at(object, name).if_string();
  if (!found) return std::nullopt;
  return std::string(found->data(), found->size());
}

std::int64_t number(const json::value& object, std::string_view name) {
  const auto* found = at(object, name).if_int64();
  return found ? *found : 0;
}

}  // namespace holdfast::store
