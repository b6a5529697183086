// What a shop decided, told by how a row of its table changed, as operations that ask the same of Holdfast.
// A row that Holdfast would have refused is out of its books, and is not asked about again. Pure.
#pragma once

#include <optional>
#include <string>

#include "store/schema.h"
#include "text/json.h"

namespace holdfast::store {

// A row of the shop, as it was or is.
struct ShopRow {
  std::string id, status, sku;
  std::int64_t units = 0;
  std::optional<std::string> customer = {};
};

// From `before` to `now`; nothing: the row is new, or gone. None of them: nothing that Holdfast would decide.
[[nodiscard]] json::array operations_for(const std::optional<ShopRow>& before,
                                         const std::optional<ShopRow>& now, const Schema& schema,
                                         std::int64_t ttl_seconds);

// What came of one operation: empty, as the shop decided; else the code of why Holdfast would not have.
// Nothing: it cannot say just now.
[[nodiscard]] std::optional<std::string> verdict_of(const json::value& result);

}  // namespace holdfast::store
