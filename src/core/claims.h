// Claims: whose is what, where there is not enough for everybody.
//
// Each region may count as its own the part of all that is available that its demand is of all demand, in
// whole portions. Where there are fewer portions than regions, the first have one each and the others none:
// a unit here and a unit there serve nobody who wants two.
//
// Nobody is asked: regions that have heard the same, and count in the same portions, compute the same. They
// need not: what each takes for a portion follows from its own shoppers' baskets, and claims that overlap are
// only asks, of which the giver meets what it can. The order matters: it hardly ever changes, or the last
// units would travel after it.
#pragma once

#include <string_view>
#include <vector>

#include "core/rate.h"
#include "core/units.h"

namespace holdfast {

struct Claimant {
  std::string_view region;
  Units available;
  Rate demand;
};

// In the order of the claimants; their sum is all that is available. None for anybody where nobody wants any.
[[nodiscard]] std::vector<Units> claims(const std::vector<Claimant>& of, Units portion);

}  // namespace holdfast
