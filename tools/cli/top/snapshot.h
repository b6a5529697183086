// What the screen is drawn from, besides what the person at the keyboard has chosen (view.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/json.h"

namespace holdfast::cli {

struct Snapshot {
  json::value status = {};               // GET /v1/status
  json::value rights = {};               // GET /v1/rights: a page, in the order that was asked for
  std::vector<std::string> events = {};  // lines, the oldest first, cuts and heals last
  json::value explained = {};            // GET /v1/audit/skus/{sku}, of the SKU whose page is open
  std::string trouble = {};              // why there is no newer answer; empty: there is
  std::int64_t silent_ms = 0;            // how old this is
};

struct Size {
  std::size_t columns = 80;
  std::size_t rows = 24;
};

}  // namespace holdfast::cli
