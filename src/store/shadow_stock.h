// Stock that the shop changes in its own column while it goes on deciding: told as rows of
// holdfast_adjustment (adjustments.h), whose ids begin with shadow-.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "store/shadow.h"

namespace holdfast::store {

struct StockChange {
  std::string sku;
  std::int64_t units = 0;              // more than Holdfast was told
  std::string id;                      // of its row in holdfast_adjustment
  std::optional<std::string> refused;  // before, with this code: it is asked for again under the same id
};

// Some of those that are to be told.
[[nodiscard]] Result<std::vector<StockChange>, Trouble> stock_changes(StoreDatabase& store,
                                                                      const Schema& schema);
// How many there was an answer to that is not the one before.
[[nodiscard]] Result<std::size_t, Trouble> tell_stock(StoreDatabase& store, Region& home,
                                                      const std::vector<StockChange>& changes,
                                                      std::int64_t now_seconds, const Shadow::Report& report);
// All that is refused by now.
[[nodiscard]] Result<std::vector<Otherwise>, Trouble> refused_stock(StoreDatabase& store);

}  // namespace holdfast::store
