// Demand: how much of each SKU shoppers here try to buy, met or not, as a rate that forgets.
//
// An attempt that is made again under the same id is the same demand, and counts once. Memory only: a restart
// learns anew. Quiet SKUs cost nothing.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <vector>

#include "base/digest.h"
#include "base/time.h"
#include "core/forecast.h"
#include "core/ids.h"
#include "core/rebalance.h"
#include "core/recent_names.h"
#include "core/units.h"

namespace holdfast {

class Demand {
 public:
  // Whether an attempt under this name counts: none was made before, as far as is remembered. It is
  // remembered from now on.
  [[nodiscard]] bool counts(const Digest& name) { return seen_.add(name); }
  // What such an attempt wants.
  void add(SkuId sku, Units units, NodeTime now);
  [[gnu::always_inline]] void expect(const Digest& name) const { seen_.expect(name); }
  [[nodiscard]] Want want(SkuId sku, NodeTime now) const {
    const auto found = forecasts_.find(sku);
    return found == forecasts_.end() ? Want{} : Want{found->second.rate(now), found->second.basket()};
  }
  // SKUs that shoppers tried to buy in this boot, in the order in which they first did.
  [[nodiscard]] const std::vector<SkuId>& wanted() const { return wanted_; }
  [[nodiscard]] Rate rate(SkuId sku, NodeTime now) const { return want(sku, now).rate; }

 private:
  boost::unordered_flat_map<SkuId, Forecast, std::hash<SkuId>> forecasts_;  // never iterated
  std::vector<SkuId> wanted_;                                               // the keys of forecasts_
  RecentNames seen_;
};

}  // namespace holdfast
