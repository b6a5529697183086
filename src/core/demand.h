// Demand: how much of each SKU shoppers here try to buy, met or not, as a rate that forgets.
//
// An attempt that is made again under the same id is the same demand, and counts once. Memory only: a restart
// learns anew. Quiet SKUs cost nothing.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <cstdint>
#include <span>
#include <vector>

#include "base/digest.h"
#include "base/time.h"
#include "core/forecast.h"
#include "core/ids.h"
#include "core/rebalance.h"
#include "core/units.h"

namespace holdfast {

class Demand {
 public:
  struct Wish {
    SkuId sku;
    Units units;
  };
  // Counts an attempt, unless one was made under this name before, as far as is remembered.
  void add(const Digest& name, std::span<const Wish> wishes, NodeTime now);
  [[nodiscard]] Want want(SkuId sku, NodeTime now) const {
    const auto found = forecasts_.find(sku);
    return found == forecasts_.end() ? Want{} : Want{found->second.rate(now), found->second.basket()};
  }
  // SKUs that shoppers tried to buy in this boot, in the order in which they first did.
  [[nodiscard]] const std::vector<SkuId>& wanted() const { return wanted_; }
  [[nodiscard]] Rate rate(SkuId sku, NodeTime now) const { return want(sku, now).rate; }

 private:
  static constexpr std::size_t names_kept = 1 << 16;
  // Half a digest tells so few apart well enough, and is as random as a hash.
  struct Spread {
    using is_avalanching = void;
    std::size_t operator()(std::uint64_t half) const { return half; }
  };

  [[nodiscard]] bool is_new(std::uint64_t name);

  boost::unordered_flat_map<SkuId, Forecast, std::hash<SkuId>> forecasts_;  // never iterated
  std::vector<SkuId> wanted_;                                               // the keys of forecasts_
  boost::unordered_flat_set<std::uint64_t, Spread> seen_;                   // never iterated
  std::vector<std::uint64_t> seen_order_;  // a ring: the oldest is forgotten first
  std::size_t oldest_ = 0;
};

}  // namespace holdfast
