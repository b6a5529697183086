#include "core/rate_checks.h"

#include <algorithm>

namespace holdfast {

void RateChecks::again(SkuId sku, Places& places, Millis quiet, NodeTime now) {
  const auto longer = std::ranges::lower_bound(delays, quiet);
  const auto queue = static_cast<std::size_t>(longer - delays.begin());
  add(std::min(queue, delays.size() - 1), sku, places, now);
}

std::optional<NodeTime> RateChecks::first_due() const {
  std::optional<NodeTime> first;
  for (const auto& queue : queues_)
    if (!queue.empty() && (!first || queue.front().due < *first)) first = queue.front().due;
  return first;
}

std::optional<RateChecks::Due> RateChecks::take(NodeTime now) {
  for (std::size_t i = 0; i < queues_.size(); ++i) {
    if (queues_[i].empty() || queues_[i].front().due > now) continue;
    const Due due{queues_[i].front().sku, i};
    queues_[i].pop_front();
    return due;
  }
  return std::nullopt;
}

void RateChecks::add(std::size_t queue, SkuId sku, Places& places, NodeTime now) {
  const auto place = static_cast<Places>(1u << queue);
  if ((places & place) != 0) return;
  places |= place;
  queues_[queue].push_back({std::chrono::ceil<std::chrono::seconds>(now + delays[queue]), sku});
}

}  // namespace holdfast
