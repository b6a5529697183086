#include "api/sku_cursor.h"

#include <charconv>

namespace holdfast::api {
namespace {

constexpr std::string_view digits = "0123456789abcdef";

bool is_itself(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_';
}

}  // namespace

std::string sku_cursor(std::string_view sku) {
  std::string cursor;
  for (const char c : sku) {
    if (is_itself(c)) {
      cursor += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    cursor += {'~', digits[byte >> 4], digits[byte & 15]};
  }
  return cursor;
}

std::string read_sku_cursor(std::string_view cursor) {
  std::string sku;
  for (; !cursor.empty(); cursor.remove_prefix(1)) {
    unsigned char byte = 0;
    const std::string_view code = cursor.substr(1, 2);
    const bool coded = cursor[0] == '~' && code.size() == 2 &&
                       std::from_chars(code.begin(), code.end(), byte, 16).ptr == code.end();
    sku += coded ? static_cast<char>(byte) : cursor[0];
    if (coded) cursor.remove_prefix(2);
  }
  return sku;
}

}  // namespace holdfast::api
