// An order history as a shop exports it: CSV with the columns time,order,sku,quantity,customer,country and
// perhaps description, plain or .gz; a field in quotes may hold line breaks (RFC 4180), and empty lines are
// none. Texts keep the rules of the API. Reading never stops at a bad line: it is named and left out. Pure
// but for read_file().
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::orders {

inline constexpr std::int64_t quantity_max = 1'000'000'000;  // of a line, and of a SKU in one reservation

struct OrderLine {
  std::size_t number = 0;   // in the file, where it begins; the header is line 1
  std::int64_t time_s = 0;  // since 1970
  std::string order;
  std::string sku;
  std::int64_t quantity = 0;  // not 0; below: came back, or was written off
  std::string customer;       // may be empty
  std::string country;
};

struct BadLine {
  std::size_t number = 0;
  std::string why;
};

struct History {
  std::vector<OrderLine> lines;
  std::vector<BadLine> bad;
};

// The file's text, unpacked if it is .gz; nothing, and why, if it cannot be read.
[[nodiscard]] std::optional<std::string> read_file(const std::string& path, std::string& why);

// Nothing, and why, if the first line does not name the columns.
[[nodiscard]] std::optional<History> parse_history(std::string_view text, std::string& why);

// The fields of one record of CSV; nothing if a quote is left open.
[[nodiscard]] std::optional<std::vector<std::string>> csv_fields(std::string_view record);

[[nodiscard]] std::optional<std::int64_t> parse_time(std::string_view rfc3339);  // seconds, UTC only

}  // namespace holdfast::orders
