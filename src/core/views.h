// Views: durable state as answers show it.
#pragma once

#include <algorithm>
#include <cstdint>

#include "core/answer.h"
#include "core/limits.h"
#include "core/step_context.h"

namespace holdfast {

// A sum over all SKUs, as it is told to peers, who take no greater one, and to people.
[[nodiscard]] inline Units told_sum(const UnitsSum& sum) { return sum.within(limits::told_sum_max); }

// `now`: as of when the time left is told.
[[nodiscard]] answer::ReservationView view(const Reservation& reservation, const Stock& names, Now now);
[[nodiscard]] inline answer::ReservationView view(const Reservation& reservation, const StepContext& step) {
  return view(reservation, step.stock(), step.now);
}
// What is told of a reservation to whoever asked for it: briefly, to one who wants to know no more.
enum class Telling : std::uint8_t { in_full, briefly };
enum class Deed : std::uint8_t { created, changed, replayed };
[[nodiscard]] Answer told(const Reservation& reservation, const StepContext& step, Telling telling,
                          Deed deed);
[[nodiscard]] answer::SkuView sku_view(SkuId sku, const Reach& reach, const StepContext& step);
[[nodiscard]] ShortLine short_line(SkuId sku, Units requested, Units available_here, const Supply& supply,
                                   const StepContext& step);

}  // namespace holdfast
