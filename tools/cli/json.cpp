#include "cli/json.h"

#include "cli/format.h"

namespace holdfast::cli {

std::string text(const json::value& value) {
  if (value.is_null()) return {};
  if (const auto* string = value.if_string()) return printable({string->data(), string->size()});
  if (const auto* whole = value.if_int64()) return grouped(*whole);
  return printable(written(value));
}

std::string plain(const json::value& value) { return value.is_int64() ? written(value) : text(value); }

std::string text(const json::value& object, std::string_view name) { return text(at(object, name)); }

}  // namespace holdfast::cli
