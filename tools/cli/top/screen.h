// The dashboard's screen, as a pure function of a snapshot and a size.
//
// It answers, in this order: are we safe, which region is in trouble, which product runs dry first, what just
// happened. Where there is little room columns go before rows do, and the rows that stay are those in
// trouble.
// `~` marks what is stale. ASCII but for what names bring along.
#pragma once

#include <string>

#include "cli/json.h"

namespace holdfast::cli {

struct Snapshot {
  json::value status;  // GET /v1/status
  json::value rights;  // GET /v1/rights?sort=runs_dry: the driest first
};

struct Size {
  std::size_t columns = 80;
  std::size_t rows = 24;
};

// At most so many lines, each at most so wide.
[[nodiscard]] std::string screen(const Snapshot& snapshot, Size size);

}  // namespace holdfast::cli
