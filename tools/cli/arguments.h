// What a command was given, by the names in the table, and how single values are read.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "text/whole.h"

namespace holdfast::cli {

class Arguments {
 public:
  void add(const std::string& name, std::string value) { values_[name].push_back(std::move(value)); }

  [[nodiscard]] bool has(const std::string& name) const { return values_.contains(name); }
  [[nodiscard]] std::optional<std::string> maybe(const std::string& name) const;
  [[nodiscard]] std::string one(const std::string& name) const { return maybe(name).value_or(""); }
  [[nodiscard]] std::int64_t number(const std::string& name) const;  // 0 if it was not given
  [[nodiscard]] const std::vector<std::string>& all(const std::string& name) const;

 private:
  std::map<std::string, std::vector<std::string>> values_;
};

struct Line {
  std::string sku;
  std::int64_t quantity = 0;
  bool operator==(const Line&) const = default;
};

// Each is nothing if the text is not what it should be.
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_duration(
    std::string_view text);                                           // 500ms 10s 1m 2h; 10
[[nodiscard]] std::optional<Line> parse_line(std::string_view text);  // SKU=N, last `=`

}  // namespace holdfast::cli
