// JsonWriter: JSON by hand into one buffer, members in the order of the calls, no spaces.
//
// A name or a separator is written by the call that comes before a value; what is not UTF-8 becomes U+FFFD.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "core/units.h"

namespace holdfast::api {

class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}

  JsonWriter& begin_object() { return begin('{'); }
  JsonWriter& end_object() { return end('}'); }
  JsonWriter& begin_array() { return begin('['); }
  JsonWriter& end_array() { return end(']'); }
  JsonWriter& name(std::string_view name);  // our own names: nothing in them needs escaping

  JsonWriter& value(std::string_view text);
  JsonWriter& value(std::int64_t integer);
  JsonWriter& value(Units units) { return value(units.count()); }
  JsonWriter& value(Millis duration) { return value(duration.count()); }
  JsonWriter& value(WallTime at);
  JsonWriter& boolean(bool value) { return raw(value ? "true" : "false"); }
  JsonWriter& null() { return raw("null"); }
  JsonWriter& raw(std::string_view json);  // what is JSON already

  template <class T>
  JsonWriter& member(std::string_view name_of_it, const T& value_of_it) {
    return name(name_of_it).value(value_of_it);
  }
  template <class T>
  JsonWriter& member(std::string_view name_of_it, const std::optional<T>& value_of_it) {
    name(name_of_it);
    return value_of_it ? value(*value_of_it) : null();
  }
  JsonWriter& flag(std::string_view name_of_it, bool value_of_it) {
    return name(name_of_it).boolean(value_of_it);
  }
  // Empty text is shown as null.
  JsonWriter& member_or_null(std::string_view name_of_it, std::string_view text) {
    name(name_of_it);
    return text.empty() ? null() : value(text);
  }

 private:
  JsonWriter& begin(char bracket);
  JsonWriter& end(char bracket);
  void separate();

  std::string& out_;
  bool comma_due_ = false;
};

// The text as a JSON string, with its quotes.
void append_json_string(std::string& out, std::string_view text);

}  // namespace holdfast::api
