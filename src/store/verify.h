// Compares the store's tables with what the daemons know, row by row and product by product, and says of each
// difference what it is. Reads only.
//
// Row by row as far as the daemons remember (ended reservations for a day); what is older is held against the
// sums of each product, which are never forgotten. What a follower has yet to write is no difference: its
// reservations are passed over, as are sums of their products, and where it has not written by the end what
// there was at the beginning, that is told as `position behind`. What happens meanwhile is passed over too.
#pragma once

#include "store/database.h"
#include "store/region.h"
#include "store/schema.h"

namespace holdfast::store {

enum class DifferenceKind {
  missing_row,
  extra_row,
  wrong_status,
  wrong_quantity,
  wrong_product,
  row_of_ended,
  stock_column,
  sold_units,
  unknown_here,   // a product that daemons know and the store does not
  unknown_there,  // and the other way round
  position_behind,
  set_aside,
};
[[nodiscard]] std::string_view name(DifferenceKind kind);

struct Difference {
  DifferenceKind kind{};
  std::string subject;  // a reservation, a product, a region
  std::string detail;
};

struct Verified {
  std::int64_t reservations = 0, rows = 0, products = 0;  // compared
  std::vector<Difference> differences;
};

// `regions`: those that are followed, the first the one whose reservations go by their plain ids.
[[nodiscard]] Result<Verified, std::string> verify(StoreDatabase& store, const Schema& schema,
                                                   std::vector<Region>& regions);

}  // namespace holdfast::store
