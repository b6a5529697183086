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

// Of a change that no operation says: more of what was sold, another product, sold and then open again.
inline constexpr std::string_view not_told = "not_told";

struct Decided {
  json::array operations;  // none: nothing that Holdfast would decide
  std::int64_t lives = 0;  // of the row, with the one that begins
  std::string verdict = {};
};

// From `before` to `now`; nothing: the row is new, or gone. `lives`: how many reservations it was so far,
// since rows come back, and ids of rows are handed out again.
[[nodiscard]] Decided decided(const std::optional<ShopRow>& before, const std::optional<ShopRow>& now,
                              std::int64_t lives, const Schema& schema, std::int64_t ttl_seconds);
// Its reservation: store-17, and from its second life on store-17-2.
[[nodiscard]] std::string reservation_of(const std::string& row_id, std::int64_t lives);

// What came of one operation: empty, as the shop decided; else the code of why Holdfast would not have.
// Nothing: it cannot say just now.
[[nodiscard]] std::optional<std::string> verdict_of(const json::value& operation, const json::value& result);

}  // namespace holdfast::store
