// Views: durable state as answers show it.
#pragma once

#include <algorithm>
#include <optional>

#include "core/answer.h"
#include "core/limits.h"
#include "core/step_context.h"

namespace holdfast {

// A sum over all SKUs, as it is told to peers, who take no greater one, and to people.
[[nodiscard]] inline Units told_sum(Units sum) { return std::min(sum, limits::told_sum_max); }

// `now`: as of when the time left is told.
[[nodiscard]] answer::ReservationView view(const Reservation& reservation, const Stock& names, Now now);
[[nodiscard]] inline answer::ReservationView view(const Reservation& reservation, const StepContext& step) {
  return view(reservation, step.stock(), step.now);
}
[[nodiscard]] answer::BriefReservation brief_view(const Reservation& reservation, Now now);
[[nodiscard]] answer::SkuView sku_view(SkuId sku, const StepContext& step);
[[nodiscard]] ShortLine short_line(SkuId sku, Units requested, Units available_here, const Supply& supply,
                                   const StepContext& step);

}  // namespace holdfast
