// Demand: how much of each SKU shoppers here try to buy, met or not, as a rate that forgets.
//
// An attempt that is made again under the same id is the same demand, and counts once. Memory only: a restart
// learns anew. Quiet SKUs cost nothing.
#pragma once

#include <cstdint>
#include <deque>
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
  // An attempt is to come: what tells of its name, of its SKU, and then of what is known of that, is fetched
  // meanwhile.
  [[gnu::always_inline]] void expect(const Digest& name) const { seen_.expect(name); }
  [[gnu::always_inline]] void expect(SkuId sku) const {
    if (sku.value() < places_.size()) __builtin_prefetch(&places_[sku.value()]);
  }
  [[gnu::always_inline]] void expect_forecast(SkuId sku) const {
    if (const Forecast* forecast = find(sku)) __builtin_prefetch(forecast);
  }
  [[nodiscard]] Want want(SkuId sku, NodeTime now) const {
    const Forecast* forecast = find(sku);
    return forecast == nullptr ? Want{} : Want{forecast->rate(now), forecast->basket()};
  }
  // SKUs that shoppers tried to buy in this boot, in the order in which they first did.
  [[nodiscard]] const std::vector<SkuId>& wanted() const { return wanted_; }
  [[nodiscard]] Rate rate(SkuId sku, NodeTime now) const { return want(sku, now).rate; }

 private:
  std::uint32_t add_forecast(SkuId sku);
  [[nodiscard]] const Forecast* find(SkuId sku) const {
    const std::size_t place = sku.value() < places_.size() ? places_[sku.value()] : 0;
    return place == 0 ? nullptr : &forecasts_[place - 1];
  }

  std::vector<std::uint32_t> places_;  // by SKU: where it stands in the next two, from 1; 0: nobody wanted it
  std::vector<SkuId> wanted_;
  std::deque<Forecast> forecasts_;
  RecentNames seen_;
};

}  // namespace holdfast
