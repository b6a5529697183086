#include "core/demand.h"

namespace holdfast {

void Demand::add(SkuId sku, Units units, NodeTime now) {
  const auto [forecast, is_new] = forecasts_.try_emplace(sku);
  if (is_new) wanted_.push_back(sku);
  forecast->second.add(now, units);
}

}  // namespace holdfast
