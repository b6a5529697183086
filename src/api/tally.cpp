#include "api/tally.h"

namespace holdfast::api {

void Tally::count_reservation(const Answer& answer) {
  const auto* reservation = answer ? std::get_if<answer::ReservationAnswer>(&*answer) : nullptr;
  ++(!reservation ? refused_ : reservation->created ? created_ : replayed_);
}

std::vector<MetricFamily> Tally::families() const {
  MetricFamily results{
      "holdfast_reservations_total", "counter", "Attempts to reserve, by how they ended.", {}};
  results.samples = {{label("result", "created"), static_cast<double>(created_), ""},
                     {label("result", "replayed"), static_cast<double>(replayed_), ""},
                     {label("result", "refused"), static_cast<double>(refused_), ""}};
  MetricFamily refusals{"holdfast_refusals_total", "counter", "Requests refused, by code.", {}};
  for (std::size_t code = 0; code < codes; ++code)
    refusals.samples.push_back(
        {label("code", name(static_cast<RefusalCode>(code))), static_cast<double>(refusals_[code]), ""});
  return {results, refusals,
          histogram_family("holdfast_reserve_duration_seconds",
                           "From a whole request to reserve to its answer, waiting included.",
                           reserve_durations_)};
}

}  // namespace holdfast::api
