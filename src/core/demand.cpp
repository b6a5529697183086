#include "core/demand.h"

namespace holdfast {

void Demand::add(SkuId sku, Units units, NodeTime now) {
  const bool is_known = sku.value() < places_.size() && places_[sku.value()] != 0;
  const std::uint32_t place = is_known ? places_[sku.value()] : add_known(sku);
  Known& known = known_[place - 1];
  known.forecast.add(now, units);
  checks_.wanted(sku, known.checks, now);
}

Rate Demand::lasting_rate(SkuId sku, NodeTime now) const {
  const Known* known = find(sku);
  if (known == nullptr) return no_demand;
  const NodeTime last = known->forecast.last_attempt();
  return known->forecast.rate(RateChecks::is_wanted(now - last) ? last : now);
}

std::optional<SkuId> Demand::next_to_check(NodeTime now) {
  const auto due = checks_.take(now);
  if (!due) return std::nullopt;
  Known& known = known_[places_[due->sku.value()] - 1];
  RateChecks::forget_place(known.checks, *due);
  if (known.forecast.rate(now) > no_demand)
    checks_.again(due->sku, known.checks, now - known.forecast.last_attempt(), now);
  return due->sku;
}

std::uint32_t Demand::add_known(SkuId sku) {
  if (sku.value() >= places_.size()) places_.resize(sku.value() + 1);
  wanted_.push_back(sku);
  known_.emplace_back();
  return places_[sku.value()] = static_cast<std::uint32_t>(wanted_.size());
}

}  // namespace holdfast
