// A region whose history is soon deleted.
#pragma once

#include "support/region.h"

namespace holdfast::test {

inline constexpr Millis a_day_and_more = limits::ids_kept + Millis(3'600'000);

// Checkpoints after a few records, and history as short as `keep` allows.
inline node::NodeLimits short_history(Millis keep = Millis(0)) {
  node::NodeLimits limits;
  limits.checkpoint = {4000, 300};
  limits.history.trim = {.keep = keep, .records_per_append = 20, .batches_per_append = 8};
  return limits;
}

inline Position oldest(const TestRegion& shop) { return shop.disk()->batches.begin()->first; }

}  // namespace holdfast::test
