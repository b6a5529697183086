#include "core/demand.h"

namespace holdfast {

void Demand::add(const Digest& name, std::span<const Wish> wishes, NodeTime now) {
  if (!is_new(name.low)) return;
  for (const Wish& wish : wishes) {
    const auto [forecast, is_new] = forecasts_.try_emplace(wish.sku);
    if (is_new) wanted_.push_back(wish.sku);
    forecast->second.add(now, wish.units);
  }
}

bool Demand::is_new(std::uint64_t name) {
  if (!seen_.insert(name).second) return false;
  if (seen_order_.size() < names_kept) {
    seen_order_.push_back(name);
    return true;
  }
  seen_.erase(seen_order_[oldest_]);
  seen_order_[oldest_] = name;
  oldest_ = (oldest_ + 1) % names_kept;
  return true;
}

}  // namespace holdfast
