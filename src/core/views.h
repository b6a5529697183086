// Views: durable state as answers show it.
#pragma once

#include <optional>

#include "core/answer.h"
#include "core/step_context.h"

namespace holdfast {

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
