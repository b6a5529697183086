// Demand: how much of each SKU shoppers here try to buy, met or not, as a rate that forgets.
//
// An attempt that is made again under the same id is the same demand, and counts once. Memory only: a restart
// learns anew. Quiet SKUs cost nothing, but a look at them every now and then, ever more seldom: whether what
// other regions were told of them still holds.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/chunks.h"
#include "base/digest.h"
#include "base/large_pages.h"
#include "base/time.h"
#include "core/forecast.h"
#include "core/ids.h"
#include "core/rate_checks.h"
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
    if (const Known* known = find(sku)) __builtin_prefetch(known);
  }
  [[nodiscard]] Want want(SkuId sku, NodeTime now) const {
    const Known* known = find(sku);
    return known == nullptr ? Want{} : Want{known->forecast.rate(now), known->forecast.basket()};
  }
  // SKUs that shoppers tried to buy in this boot, in the order in which they first did.
  [[nodiscard]] const std::vector<SkuId>& wanted() const { return wanted_; }
  [[nodiscard]] Rate rate(SkuId sku, NodeTime now) const { return want(sku, now).rate; }
  // What told rates are held against. From shopper to shopper a rate falls, and rises again: for as long as
  // they come it is as the last of them left it.
  [[nodiscard]] Rate lasting_rate(SkuId sku, NodeTime now) const;

  // When the next check of a told rate is due, and of which SKU it is. It will be checked again for as long
  // as there is a rate that can fall.
  [[nodiscard]] std::optional<NodeTime> check_due() const { return checks_.first_due(); }
  [[nodiscard]] std::optional<SkuId> next_to_check(NodeTime now);

 private:
  // Two to a line of the cache.
  struct Known {
    [[no_unique_address]] Forecast forecast;
    RateChecks::Places checks = 0;
  };
  static_assert(sizeof(Known) == 32);

  std::uint32_t add_known(SkuId sku);
  [[nodiscard]] const Known* find(SkuId sku) const {
    const std::size_t place = sku.value() < places_.size() ? places_[sku.value()] : 0;
    return place == 0 ? nullptr : &known_[place - 1];
  }

  std::vector<std::uint32_t, LargePages<std::uint32_t>>
      places_;  // by SKU: where it stands in the next two, from 1; 0: nobody wanted it
  std::vector<SkuId> wanted_;
  Chunks<Known> known_;
  RateChecks checks_;
  RecentNames seen_;
};

}  // namespace holdfast
