// JSON pointers, RFC 6901: "/lines/0/quantity", with ~ and / escaped in names.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace holdfast::api {

inline void append_name(std::string& pointer, std::string_view name) {
  pointer += '/';
  for (const char c : name) {
    if (c == '~')
      pointer += "~0";
    else if (c == '/')
      pointer += "~1";
    else
      pointer += c;
  }
}

inline void append_index(std::string& pointer, std::size_t index) { pointer += '/' + std::to_string(index); }

}  // namespace holdfast::api
