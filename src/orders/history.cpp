#include "orders/history.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "text/whole.h"

namespace holdfast::orders {
namespace {

constexpr std::string_view columns = "time,order,sku,quantity,customer,country";
constexpr std::size_t column_count = 6;
constexpr std::size_t order_chars_max = 56;  // the rest of an id's 64 is for o- and -2
constexpr std::size_t text_chars_max = 128;
constexpr std::size_t sku_chars_max = 64;
constexpr std::int64_t quantity_max = 1'000'000'000;

bool is_id(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

// What is wrong with the line; empty if nothing.
std::string take(const std::vector<std::string>& fields, OrderLine& line) {
  if (fields.size() < column_count || fields.size() > column_count + 1)
    return std::to_string(fields.size()) + " fields instead of 6 or 7";
  const auto time = parse_time(fields[0]);
  if (!time) return "time: " + fields[0] + " is not like 2010-12-01T08:26:00Z";
  const auto quantity = parse_whole(fields[3]);
  if (!quantity || *quantity == 0 || *quantity > quantity_max || *quantity < -quantity_max)
    return "quantity: " + fields[3] + " is no whole number of units";
  if (fields[1].empty() || fields[1].size() > order_chars_max || !is_id(fields[1]))
    return "order: \"" + fields[1] + "\" is not 1 to 56 of A-Za-z0-9_-";
  if (fields[2].empty() || fields[2].size() > sku_chars_max || fields[2].front() == ' ' ||
      fields[2].back() == ' ')
    return "sku: \"" + fields[2] + "\" is not 1 to 64 characters without spaces at the ends";
  if (fields[4].size() > text_chars_max) return "customer: longer than 128 characters";
  line.time_s = *time;
  line.order = fields[1];
  line.sku = fields[2];
  line.quantity = *quantity;
  line.customer = fields[4];
  line.country = fields[5];
  return {};
}

std::string_view next_line(std::string_view& rest) {
  const auto end = rest.find('\n');
  auto line = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace

std::optional<std::string> read_history(const std::string& path, std::string& why) {
  std::error_code ignored;
  errno = std::filesystem::is_directory(path, ignored) ? EISDIR : 0;
  gzFile file = errno == 0 ? gzopen(path.c_str(), "rb") : nullptr;  // reads plain files as they are
  if (!file) {
    why = "cannot read " + path + ": " + std::strerror(errno);
    return std::nullopt;
  }
  std::string text;
  std::array<char, 1 << 16> block{};
  int got = 0;
  while ((got = gzread(file, block.data(), block.size())) > 0)
    text.append(block.data(), static_cast<std::size_t>(got));
  const bool whole =
      gzclose(file) == Z_OK && got == 0;  // a file that ends in mid-stream says so at the close
  if (whole) return text;
  why = "cannot read " + path + ": it is damaged or cut short";
  return std::nullopt;
}

std::optional<std::int64_t> parse_time(std::string_view text) {
  int year = 0, length = 0;
  unsigned month = 0, day = 0, hour = 0, minute = 0, second = 0;
  const std::string terminated(text);
  const int taken = std::sscanf(terminated.c_str(), "%4d-%2u-%2uT%2u:%2u:%2uZ%n", &year, &month, &day, &hour,
                                &minute, &second, &length);
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                         std::chrono::day(day)};
  if (taken != 6 || static_cast<std::size_t>(length) != text.size() || !date.ok() || hour > 23 ||
      minute > 59 || second > 59)
    return std::nullopt;
  const auto days = std::chrono::sys_days(date).time_since_epoch().count();
  return days * 86'400LL + hour * 3'600LL + minute * 60LL + second;
}

std::optional<std::vector<std::string>> csv_fields(std::string_view line) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quoted && c == '"' && i + 1 < line.size() && line[i + 1] == '"')
      fields.back() += line[++i];
    else if (c == '"' && (quoted || fields.back().empty()))
      quoted = !quoted;
    else if (c == ',' && !quoted)
      fields.emplace_back();
    else
      fields.back() += c;
  }
  if (quoted) return std::nullopt;
  return fields;
}

std::optional<History> parse_history(std::string_view text, std::string& why) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  const auto header = next_line(text);
  if (header != columns && header != std::string(columns) + ",description") {
    why = "the first line must be " + std::string(columns) + "[,description]";
    return std::nullopt;
  }
  History history;
  for (std::size_t number = 2; !text.empty(); ++number) {
    const auto content = next_line(text);
    OrderLine line;
    line.number = number;
    const auto fields = csv_fields(content);
    const auto fault = fields ? take(*fields, line) : "a quote is not closed";
    if (fault.empty())
      history.lines.push_back(std::move(line));
    else
      history.bad.push_back({number, fault});
  }
  return history;
}

}  // namespace holdfast::orders
