#include "orders/history.h"

#include <zlib.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <tuple>
#include <utility>

#include "base/utf8.h"
#include "text/whole.h"

namespace holdfast::orders {
namespace {

constexpr std::string_view columns = "time,order,sku,quantity,customer,country";
constexpr std::size_t column_count = 6;
// As the API has them; a write-off's reason, of 128 as well, is `order ` and the order.
constexpr std::size_t customer_chars_max = 128;
constexpr std::size_t order_chars_max = customer_chars_max - std::string_view("order ").size();
constexpr std::size_t sku_chars_max = 64;
constexpr std::size_t record_lines_max = 100;

// What is wrong with a text, but for how long it is; empty if nothing.
std::string text_fault(std::string_view text) {
  if (!utf8_length(text)) return "is not UTF-8";
  for (; !text.empty(); text.remove_prefix(first_character(text).bytes))
    if (is_control(first_character(text).code)) return "holds control characters";
  return {};
}

std::string required_text_fault(std::string_view text, std::size_t chars_max) {
  if (auto fault = text_fault(text); !fault.empty()) return fault;
  if (!text.empty() && *utf8_length(text) <= chars_max) return {};
  return "is not 1 to " + std::to_string(chars_max) + " characters";
}

std::string sku_fault(std::string_view sku) {
  if (auto fault = required_text_fault(sku, sku_chars_max); !fault.empty()) return fault;
  return sku.front() == ' ' || sku.back() == ' ' ? "begins or ends with a space" : "";
}

std::string customer_fault(std::string_view customer) {
  if (auto fault = text_fault(customer); !fault.empty()) return fault;
  if (*utf8_length(customer) <= customer_chars_max) return {};
  return "is not at most " + std::to_string(customer_chars_max) + " characters";
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
  if (const auto fault = required_text_fault(fields[1], order_chars_max); !fault.empty())
    return "order: " + fault;
  if (const auto fault = sku_fault(fields[2]); !fault.empty()) return "sku: " + fault;
  if (const auto fault = customer_fault(fields[4]); !fault.empty()) return "customer: " + fault;
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

// The number of `digits` digits at a place in the text; nothing if they are something else.
std::optional<unsigned> digits_at(std::string_view text, std::size_t at, std::size_t digits) {
  unsigned number = 0;
  for (const char c : text.substr(at, digits)) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + static_cast<unsigned>(c - '0');
  }
  return number;
}

// Reads records, which are lines but where a field in quotes holds a line's end.
class Records {
 public:
  explicit Records(std::string_view text) : rest_(text) {}

  void read_all(History& history) {
    while (!rest_.empty()) {
      const auto begins = rest_;
      const auto content = next();
      if (!content.empty()) read(begins, content, history);
    }
  }

 private:
  std::string_view next() {
    ++number_;
    return next_line(rest_);
  }

  void read(std::string_view begins, std::string_view content, History& history) {
    OrderLine line;
    line.number = number_;
    if (const auto fields = csv_fields(content)) {
      if (auto fault = take(*fields, line); !fault.empty())
        history.bad.push_back({line.number, std::move(fault)});
      else
        history.lines.push_back(std::move(line));
    } else if (read_on(begins, line)) {
      history.lines.push_back(std::move(line));
    } else {
      history.bad.push_back({line.number, "a quote is not closed"});
    }
  }

  // To the line in which the quote is closed. What is no good record then was a quote too many: it costs its
  // own line alone.
  bool read_on(std::string_view begins, OrderLine& line) {
    const auto after = std::pair(rest_, number_);
    for (std::size_t lines = 1; lines < record_lines_max && !rest_.empty(); ++lines) {
      const auto last = next();
      const auto length = static_cast<std::size_t>(last.data() + last.size() - begins.data());
      if (const auto fields = csv_fields(begins.substr(0, length))) {
        if (take(*fields, line).empty()) return true;
        break;
      }
    }
    std::tie(rest_, number_) = after;
    return false;
  }

  std::string_view rest_;
  std::size_t number_ = 1;  // of the line read last; the header is line 1
};

}  // namespace

std::optional<std::string> read_file(const std::string& path, std::string& why) {
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
  constexpr std::string_view shape = "0000-00-00T00:00:00Z";
  if (text.size() != shape.size()) return std::nullopt;
  for (std::size_t i = 0; i < shape.size(); ++i)
    if (shape[i] != '0' && text[i] != shape[i]) return std::nullopt;
  const auto year = digits_at(text, 0, 4), month = digits_at(text, 5, 2), day = digits_at(text, 8, 2);
  const auto hour = digits_at(text, 11, 2), minute = digits_at(text, 14, 2), second = digits_at(text, 17, 2);
  if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(*month), std::chrono::day(*day)};
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  const auto days = std::chrono::sys_days(date).time_since_epoch().count();
  return days * 86'400LL + *hour * 3'600LL + *minute * 60LL + *second;
}

std::optional<std::vector<std::string>> csv_fields(std::string_view record) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (std::size_t i = 0; i < record.size(); ++i) {
    const char c = record[i];
    if (quoted && c == '"' && i + 1 < record.size() && record[i + 1] == '"')
      fields.back() += record[++i];
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
  Records(text).read_all(history);
  return history;
}

}  // namespace holdfast::orders
