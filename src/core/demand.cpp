#include "core/demand.h"

namespace holdfast {

void Demand::add(SkuId sku, Units units, NodeTime now) {
  const bool is_known = sku.value() < places_.size() && places_[sku.value()] != 0;
  const std::uint32_t place = is_known ? places_[sku.value()] : add_forecast(sku);
  forecasts_[place - 1].add(now, units);
}

std::uint32_t Demand::add_forecast(SkuId sku) {
  if (sku.value() >= places_.size()) places_.resize(sku.value() + 1);
  wanted_.push_back(sku);
  forecasts_.emplace_back();
  return places_[sku.value()] = static_cast<std::uint32_t>(wanted_.size());
}

}  // namespace holdfast
