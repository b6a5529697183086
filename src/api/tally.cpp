#include "api/tally.h"

#include <algorithm>

#include "api/problem.h"
#include "base/assert.h"

namespace holdfast::api {

Tally::Tally() : refusals_(problem_codes().size()) {}

void Tally::count_reservations(const Attempts& attempts, std::int64_t now_us, std::int64_t took_us) {
  created_ += attempts.created;
  replayed_ += attempts.replayed;
  refused_ += attempts.refused;
  reserve_durations_.count(took_us, attempts.total());
  recent_.count(now_us, took_us, attempts.total());
}

void Tally::count_refusals(std::string_view code, std::size_t count) {
  if (code.empty()) return;
  const auto found = std::ranges::find(problem_codes(), code);
  HF_ASSERT(found != problem_codes().end());
  refusals_[static_cast<std::size_t>(found - problem_codes().begin())] += count;
}

std::vector<MetricFamily> Tally::families() const {
  MetricFamily results{
      "holdfast_reservations_total", "counter", "Attempts to reserve, by how they ended.", {}};
  results.samples = {{label("result", "created"), static_cast<double>(created_), ""},
                     {label("result", "replayed"), static_cast<double>(replayed_), ""},
                     {label("result", "refused"), static_cast<double>(refused_), ""}};
  MetricFamily refusals{
      "holdfast_refusals_total", "counter", "Requests and operations of batches refused, by code.", {}};
  for (std::size_t i = 0; i < refusals_.size(); ++i)
    refusals.samples.push_back({label("code", problem_codes()[i]), static_cast<double>(refusals_[i]), ""});
  return {results, refusals,
          histogram_family("holdfast_reserve_duration_seconds",
                           "From a whole request to reserve to its answer, waiting included.",
                           reserve_durations_)};
}

}  // namespace holdfast::api
