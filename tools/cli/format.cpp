#include "cli/format.h"

#include <algorithm>

namespace holdfast::cli {
namespace {

// number / unit with one digit after the point, rounded down: never more than there was.
std::string tenths(std::int64_t number, std::int64_t unit) {
  return grouped(number / unit) + "." + std::to_string(number % unit * 10 / unit);
}

struct Range {
  char32_t first, last;
};
// By Unicode's East Asian Width, in its large pieces: two columns each.
constexpr Range wide[] = {{0x1100, 0x115f},   {0x2e80, 0x303e},  {0x3041, 0xa4cf}, {0xac00, 0xd7a3},
                          {0xf900, 0xfaff},   {0xfe30, 0xfe6f},  {0xff00, 0xff60}, {0xffe0, 0xffe6},
                          {0x1f300, 0x1faff}, {0x20000, 0x3fffd}};
// Drawn over the character before: none.
constexpr Range over[] = {{0x300, 0x36f}, {0x200b, 0x200f}, {0x20d0, 0x20f0}, {0xfe00, 0xfe0f}};

std::size_t columns_of(char32_t character) {
  const auto has = [&](const Range& range) { return range.first <= character && character <= range.last; };
  if (std::ranges::any_of(over, has)) return 0;
  return std::ranges::any_of(wide, has) ? 2 : 1;
}

// The first character, taken off the text; of what is no UTF-8 something of one column.
char32_t take_character(std::string_view& utf8) {
  const auto lead = static_cast<unsigned char>(utf8.front());
  const std::size_t more = lead < 0xc0 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
  char32_t character = more == 0 ? lead : lead & (0x3fu >> more);
  utf8.remove_prefix(1);
  const auto continues = [&] {
    return !utf8.empty() && (static_cast<unsigned char>(utf8.front()) & 0xc0u) == 0x80u;
  };
  for (std::size_t i = 0; i < more && continues(); ++i) {
    character = character << 6 | (static_cast<unsigned char>(utf8.front()) & 0x3fu);
    utf8.remove_prefix(1);
  }
  return character;
}

std::string two_digits(std::int64_t number) { return (number < 10 ? "0" : "") + std::to_string(number); }

}  // namespace

std::string grouped(std::int64_t number) {
  const auto plain = std::to_string(number);
  const std::size_t sign = number < 0 ? 1 : 0;
  std::string text;
  for (std::size_t i = 0; i < plain.size(); ++i) {
    if (i > sign && (plain.size() - i) % 3 == 0) text += ' ';
    text += plain[i];
  }
  return text;
}

std::string per_second(std::int64_t per_1000_s) { return tenths(per_1000_s, 1000); }

std::string per_minute(std::int64_t per_1000_s) { return grouped(per_1000_s * 60 / 1000); }

std::string latency_ms(std::int64_t ms) { return ms < 10'000 ? std::to_string(ms) + "ms" : span_ms(ms); }

std::string latency_us(std::int64_t us) {
  return us < 10'000 ? tenths(us, 1000) + "ms" : latency_ms(us / 1000);
}

std::string span_ms(std::int64_t ms) {
  const auto s = ms / 1000;
  if (s < 10) return tenths(ms, 1000) + " s";
  if (s < 60) return std::to_string(s) + " s";
  if (s < 3600) return std::to_string(s / 60) + "m " + two_digits(s % 60) + "s";
  if (s < 86'400) return std::to_string(s / 3600) + "h " + two_digits(s % 3600 / 60) + "m";
  return grouped(s / 86'400) + "d " + two_digits(s % 86'400 / 3600) + "h";
}

std::string bytes(std::int64_t bytes) {
  constexpr std::string_view units[] = {"KiB", "MiB", "GiB", "TiB"};
  if (bytes < 1024) return std::to_string(bytes) + " B";
  std::int64_t unit = 1024;
  std::size_t i = 0;
  for (; i + 1 < std::size(units) && bytes / unit >= 1024; ++i) unit *= 1024;
  return tenths(bytes, unit) + " " + std::string(units[i]);
}

std::string time_of_day(std::string_view rfc3339) {
  constexpr std::size_t date_size = 11, time_size = 8;
  if (rfc3339.size() < date_size + time_size) return printable(rfc3339);
  return printable(rfc3339.substr(date_size, time_size)) + "Z";
}

std::string moment(std::string_view rfc3339) {
  constexpr std::size_t date_size = 10, whole_size = 19;
  if (rfc3339.size() <= whole_size || rfc3339[date_size] != 'T') return printable(rfc3339);
  return printable(rfc3339.substr(0, date_size)) + " " + time_of_day(rfc3339);
}

std::string printable(std::string_view text) {
  std::string clean(text);
  std::ranges::replace_if(
      clean, [](unsigned char c) { return c < ' ' || c == 0x7f; }, '?');
  for (std::size_t i = 0; i + 1 < clean.size(); ++i)  // U+0080 to U+009F, commands as well
    if (clean[i] == '\xc2' && static_cast<unsigned char>(clean[i + 1]) < 0xa0) clean[i] = clean[i + 1] = '?';
  return clean;
}

std::size_t width(std::string_view utf8) {
  std::size_t columns = 0;
  while (!utf8.empty()) columns += columns_of(take_character(utf8));
  return columns;
}

std::string clipped(std::string_view utf8, std::size_t columns) {
  std::string_view left = utf8;
  std::size_t end = 0;
  for (std::size_t used = 0; !left.empty(); end = utf8.size() - left.size()) {
    used += columns_of(take_character(left));
    if (used > columns) break;
  }
  std::string shown(utf8.substr(0, end));
  while (shown.ends_with(' ')) shown.pop_back();
  return shown;
}

}  // namespace holdfast::cli
