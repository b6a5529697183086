// `dealer`: what dealing out rights could come to, as a bound and no way to run a shop. To an all-seeing
// dealer everything everywhere is known at once, and only its parcels travel as long as any message.
//
// It looks every few ms. Shoppers who wait come first, the earliest before all others, each whole or not at
// all: what they lack is sent from whoever has most that is not spoken for. The rest lies with
//
//   k = (R / c)^a  regions, 1 to all      R: units of it that are left;  c: in baskets, as they were wanted
//
// of those that want about as much as any, at least half, the ones that hold the most; by what their shoppers
// wanted so far. It is all of them while there is plenty, and one when hardly a basket is left. What lies
// elsewhere is sent to them at once; what one of them holds moves only where it is `slack` times its part.
//
// Tried: a from 0.7 to 1.6, c from 0.5 to 4 mean baskets, slack from 1.15 to 2, without waiting. In `chunks`
// (seeds 1-8) the best of 96 shapes refuses 1.43 %, this one 1.46; of 18 that were tried in `returns`,
// `swarm-small` and `stampede`, too, none does better in all. It knows nothing of what will come back: where
// baskets are left behind whoever keeps them where they were left does better. And its shoppers wait for
// anything, also where they would be told that all of it lies in baskets.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <numeric>

#include "sim/policies/policies.h"
#include "sim/policies/split_rights.h"

namespace holdfast::sim {
namespace {

using namespace std::chrono_literals;

constexpr Micros deals_every = 5ms;
constexpr Micros wanted_for = 60s;  // after the last attempt nobody looks at a SKU any more

constexpr double baskets = 1, exponent = 0.85, slack = 1.3;  // c, a: see above

class Dealer final : public SplitRights {
 public:
  using SplitRights::SplitRights;

 private:
  using ByRegion = std::vector<std::int64_t>;
  struct Wanted {
    SimTime last{};
    std::int64_t attempts = 0, units = 0;
    ByRegion by_region;  // units
    ByRegion claims;     // of who waits, as of this look
  };

  void opened() override {
    queue_.after(deals_every, [this] { look(); });
  }

  void attempted(std::size_t region, const Basket& basket, bool) override {
    for (const auto& [sku, quantity] : basket) {
      auto& wanted = wanted_[sku];
      wanted.by_region.resize(regions());
      wanted.last = queue_.now();
      ++wanted.attempts;
      wanted.units += quantity;
      wanted.by_region[region] += quantity;
    }
  }

  void look() {
    std::erase_if(wanted_, [&](const auto& each) { return each.second.last + wanted_for < queue_.now(); });
    for (auto& [sku, wanted] : wanted_) wanted.claims.assign(regions(), 0);
    claim_for_waiters();
    for (const auto& [sku, wanted] : wanted_) {
      serve_waiters(sku, wanted);
      deal(sku, wanted);
    }
    queue_.after(deals_every, [this] { look(); });
  }

  void claim_for_waiters() {
    std::vector<std::pair<Shelf::Waiting, std::size_t>> all;
    for (std::size_t region = 0; region < regions(); ++region)
      for (const auto& waiting : shelf(region).waiting()) all.emplace_back(waiting, region);
    std::ranges::stable_sort(all, {}, [](const auto& each) { return each.first.since; });
    for (const auto& [waiting, region] : all) {
      const bool there_is = std::ranges::all_of(*waiting.basket, [&](const BasketLine& line) {
        const auto& claims = wanted_[line.sku].claims;
        return in_world(line.sku) - std::reduce(claims.begin(), claims.end()) >= line.quantity;
      });
      if (!there_is) continue;
      for (const auto& line : *waiting.basket) wanted_[line.sku].claims[region] += line.quantity;
    }
  }

  [[nodiscard]] std::int64_t held(std::size_t region, std::uint32_t sku) const {
    return available(region, sku) + coming(region, sku);
  }
  [[nodiscard]] std::int64_t to_spare(std::size_t region, std::uint32_t sku, const Wanted& wanted) const {
    return std::max<std::int64_t>(0, available(region, sku) - wanted.claims[region]);
  }

  void serve_waiters(std::uint32_t sku, const Wanted& wanted) {
    for (std::size_t to = 0; to < regions(); ++to) {
      auto lacking = wanted.claims[to] - held(to, sku);
      for (const auto from : richest_first(to, sku)) {
        if (lacking <= 0) break;
        if (paths_.cut(from, to)) continue;
        const auto units = std::min(lacking, to_spare(from, sku, wanted));
        give(from, to, sku, units);
        lacking -= units;
      }
    }
  }

  // Regions that hold the rest: those that want about as much as any, at least half; of these by what they
  // hold.
  [[nodiscard]] std::vector<std::size_t> holders(std::uint32_t sku, const Wanted& wanted) const {
    std::vector<std::size_t> all(regions());
    std::iota(all.begin(), all.end(), std::size_t{0});
    const auto most = *std::ranges::max_element(wanted.by_region);
    const auto rank = [&](std::size_t region) {
      return std::pair(2 * wanted.by_region[region] >= most, held(region, sku));
    };
    std::ranges::stable_sort(all, std::ranges::greater(), rank);
    const auto basket = static_cast<double>(wanted.units) / static_cast<double>(wanted.attempts);
    const auto left = static_cast<double>(in_world(sku));
    const auto count = std::pow(left / (baskets * basket), exponent);
    all.resize(static_cast<std::size_t>(std::clamp(count, 1.0, static_cast<double>(regions()))));
    return all;
  }

  void deal(std::uint32_t sku, const Wanted& wanted) {
    const auto those = holders(sku, wanted);
    double demand = 0;
    for (const auto region : those) demand += static_cast<double>(wanted.by_region[region]) + 1;
    std::vector<double> parts(regions(), 0);
    for (const auto region : those)
      parts[region] =
          static_cast<double>(in_world(sku)) * (static_cast<double>(wanted.by_region[region]) + 1) / demand;
    for (std::size_t from = 0; from < regions(); ++from) {
      const auto part = static_cast<std::int64_t>(parts[from]);
      const auto has = static_cast<double>(held(from, sku));
      if (has < parts[from] * slack) continue;
      send_on(from, std::min(to_spare(from, sku, wanted), held(from, sku) - part), sku, parts, those);
    }
  }

  // To those that lack most of their parts; what nobody lacks goes to the first, or stays with a holder.
  void send_on(std::size_t from, std::int64_t units, std::uint32_t sku, const std::vector<double>& parts,
               std::vector<std::size_t> those) {
    const auto lacks = [&](std::size_t region) {
      return static_cast<std::int64_t>(parts[region]) - held(region, sku);
    };
    std::erase_if(those, [&](std::size_t to) { return to == from || paths_.cut(from, to); });
    std::ranges::stable_sort(those, std::ranges::greater(), lacks);
    for (const auto to : those) {
      const auto some = std::min(units, lacks(to));
      if (some <= 0) break;
      give(from, to, sku, some);
      units -= some;
    }
    if (parts[from] == 0 && !those.empty()) give(from, those.front(), sku, units);
  }

  std::map<std::uint32_t, Wanted> wanted_;  // by SKU
};

}  // namespace

std::unique_ptr<StockPolicy> make_dealer(const PolicyWorld& world) {
  return std::make_unique<Dealer>(world.stage.queue, world.paths, world.skus);
}

}  // namespace holdfast::sim
