// The cursor of a list that goes by SKU: its name, as it may stand in a URL without being encoded again.
//
// Letters, digits, - . and _ are themselves, any other byte is ~ and two hexadecimal digits. A program that
// puts `next` behind `after=` as it is would else lose what is behind a & or #, or go round in circles at a
// +.
#pragma once

#include <string>
#include <string_view>

namespace holdfast::api {

[[nodiscard]] std::string sku_cursor(std::string_view sku);

// A name that is written out is taken as it is.
[[nodiscard]] std::string read_sku_cursor(std::string_view cursor);

}  // namespace holdfast::api
