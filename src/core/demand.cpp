#include "core/demand.h"

namespace holdfast {

void Demand::add(const Digest& name, std::span<const Wish> wishes, NodeTime now) {
  if (!seen_.add(name)) return;
  for (const Wish& wish : wishes) {
    const auto [forecast, is_new] = forecasts_.try_emplace(wish.sku);
    if (is_new) wanted_.push_back(wish.sku);
    forecast->second.add(now, wish.units);
  }
}

}  // namespace holdfast
