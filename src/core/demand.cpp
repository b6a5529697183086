#include "core/demand.h"

namespace holdfast {

void Demand::add(SkuId sku, Units units, NodeTime now) {
  if (sku.value() >= places_.size()) places_.resize(sku.value() + 1);
  std::uint32_t& place = places_[sku.value()];
  if (place == 0) {
    wanted_.push_back(sku);
    forecasts_.emplace_back();
    place = static_cast<std::uint32_t>(wanted_.size());
  }
  forecasts_[place - 1].add(now, units);
}

}  // namespace holdfast
