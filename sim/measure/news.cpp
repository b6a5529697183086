#include "sim/measure/news.h"

#include <algorithm>

namespace holdfast::sim {

News::News(Ways soonest) : soonest_(std::move(soonest)) {
  for (const auto& from : soonest_)
    for (const auto way : from) longest_ = std::max(longest_, way);
}

void News::came(SimTime at, std::size_t region, const Basket& goods) {
  for (const auto& line : goods) changed(line.sku, {at, region, line.quantity});
}

void News::went(SimTime at, std::size_t region, const Basket& goods) {
  for (const auto& line : goods)
    if (of_late_.contains(line.sku)) changed(line.sku, {at, region, -line.quantity});
}

void News::changed(std::uint32_t sku, const Change& change) {
  auto& changes = of_late_[sku];
  const auto recent = std::ranges::find_if(
      changes, [&](const Change& one) { return one.units > 0 && one.at + longest_ > change.at; });
  changes.erase(changes.begin(), recent);
  if (changes.empty() && change.units < 0)
    of_late_.erase(sku);
  else
    changes.push_back(change);
}

bool News::can_be(const Change& came, std::size_t region, SimTime by) const {
  if (came.region == region || soonest_.empty()) return true;
  return came.at + soonest_[came.region][region] <= by;
}

void News::take(std::vector<Change>& came, const Change& gone) const {
  auto left = -gone.units;
  for (auto& one : came) {
    if (!can_be(one, gone.region, gone.at)) continue;
    const auto taken = std::min(left, one.units);
    one.units -= taken;
    left -= taken;
  }
}

std::int64_t News::unheard(SimTime now, std::size_t region, std::uint32_t sku) const {
  const auto found = of_late_.find(sku);
  if (found == of_late_.end()) return 0;
  std::vector<Change> came;
  for (const auto& change : found->second)
    if (change.units < 0)
      take(came, change);
    else if (!can_be(change, region, now))
      came.push_back(change);
  std::int64_t units = 0;
  for (const auto& one : came) units += one.units;
  return units;
}

}  // namespace holdfast::sim
