// What a history asks of the regions: stock to begin with, and tasks in the order of their times, those of
// one time in the order of the file. Pure.
//
// Customers stay in one region, that of the country they first appear with, because a return is made where
// the purchase was; and in one lane, which does one task after the other. Lines without a customer go by
// their order.
#pragma once

#include <map>

#include "orders/history.h"
#include "orders/region_map.h"

namespace holdfast::orders {

struct Settings {
  // SKUs that match are goods; ECMAScript, searched for. All are, but for what a wholesaler's orders list
  // beside them: postage, discounts, fees, vouchers.
  std::string goods =
      "^(?!(POST|DOT|C2|D|M|S|PADS|BANK CHARGES|AMAZONFEE|CRUK|GIFT_[0-9]+_[0-9]+|gift_[0-9]+_[0-9]+)$)";
  std::int64_t stock_per_mille = 800;  // of what is asked for
  std::vector<std::int64_t> split;     // shares of the map's regions; empty: even
  std::size_t lanes = 8;               // in each region
};

struct Task {
  enum class Kind { sell, take_back, write_off };
  Kind kind{};
  std::size_t region = 0;  // of the map
  std::size_t lane = 0;
  std::int64_t time_s = 0;
  std::string id;  // of the reservation, or the first part of an Idempotency-Key
  std::string order;
  std::string customer;
  std::vector<OrderLine> lines;  // quantities above 0
};

struct Plan {
  std::vector<Task> tasks;
  std::map<std::string, std::vector<std::int64_t>> stock;  // SKU: units in each region
  std::size_t not_goods = 0;                               // lines skipped
};

[[nodiscard]] Plan plan_of(const History& history, const RegionMap& map, const Settings& settings);

// floor(stock × share / sum of shares) each; what is left goes to the first, one unit each.
[[nodiscard]] std::vector<std::int64_t> split_stock(std::int64_t units,
                                                    const std::vector<std::int64_t>& shares);

// "80%", "82.5%" as 800, 825; nothing if it is something else, or beyond 1000 %.
[[nodiscard]] std::optional<std::int64_t> parse_per_mille(std::string_view text);

// "even" as no shares; "eu=60,us=30,ap=10" in the order of regions; nothing if a region is missing or
// unknown, or a share beyond 1,000,000.
[[nodiscard]] std::optional<std::vector<std::int64_t>> parse_split(std::string_view text,
                                                                   const std::vector<std::string>& regions);

}  // namespace holdfast::orders
