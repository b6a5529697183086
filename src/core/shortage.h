// The five honest answers to a shopper who wants more than is here, and the rule that picks one.
//
// Each is given only when it is so, by what this replica has heard. Pure.
#pragma once

#include <optional>
#include <span>

#include "core/answer.h"
#include "core/units.h"

namespace holdfast {

// What is known of one SKU in the whole world.
struct Supply {
  Units here;                  // available here
  Units up;                    // available in regions that are up, rights on their way included
  Units cut;                   // rights last heard of regions that are cut off
  bool cut_unlimited = false;  // a region was never heard: there may be anything
  Units reserved;              // in pending reservations, here and in regions that are up
  bool closed = true;          // this replica knows every row that its peers say exist
  bool operator==(const Supply&) const = default;
};

// Why `wanted` units cannot be served; none: they can.
[[nodiscard]] constexpr std::optional<RefusalCode> shortage(Units wanted, const Supply& supply) {
  if (wanted <= supply.here) return std::nullopt;
  if (wanted <= supply.here + supply.up || !supply.closed) return RefusalCode::insufficient_here;
  if (supply.cut_unlimited || supply.cut > no_units) return RefusalCode::rights_unreachable;
  if (wanted <= supply.here + supply.up + supply.reserved) return RefusalCode::all_reserved;
  if (supply.here + supply.up + supply.reserved > no_units) return RefusalCode::not_enough;
  return RefusalCode::sold_out;
}

// Nothing of it can be promised anywhere, by what was heard.
[[nodiscard]] constexpr bool sold_out_everywhere(const Supply& supply) {
  return shortage(supply.here + Units(1), supply) == RefusalCode::sold_out;
}

// Of several lines that are short, the worst speaks: the enumerators stand in that order.
[[nodiscard]] constexpr RefusalCode worse(RefusalCode a, RefusalCode b) { return a < b ? a : b; }
static_assert(worse(RefusalCode::insufficient_here, RefusalCode::sold_out) == RefusalCode::sold_out);
static_assert(worse(RefusalCode::all_reserved, RefusalCode::rights_unreachable) ==
              RefusalCode::rights_unreachable);

}  // namespace holdfast
