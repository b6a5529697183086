// The rows of one reservation as they should be, held against those that are there. Pure.
#pragma once

#include "store/change.h"
#include "store/schema.h"
#include "store/verify.h"

namespace holdfast::store {

// Units of one product in one status, over all rows of a reservation.
struct Held {
  std::string sku, status;
  std::int64_t units = 0;
  auto operator<=>(const Held&) const = default;
};

// In the order of product and status, as compare() wants both.
[[nodiscard]] std::vector<Held> expected(const Reservation& reservation, const Schema& schema);

// Each of what is missing is paired with something that is there and should not be, if there is.
[[nodiscard]] std::vector<Difference> compare(const Reservation& reservation, const std::string& key,
                                              const std::vector<Held>& wanted,
                                              const std::vector<Held>& found);

}  // namespace holdfast::store
