// `fixed`: kuilt. A region that has run short asks the two richest for 10 units each, and tries again after 2
// and after 6 s if it is still out.
#include <algorithm>
#include <array>
#include <chrono>
#include <set>

#include "sim/policies/policies.h"
#include "sim/policies/split_rights.h"

namespace holdfast::sim {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t portion = 10;
constexpr std::size_t givers = 2;
constexpr std::array<Micros, 3> tries_at{0s, 2s, 6s};

class Fixed final : public SplitRights {
 public:
  using SplitRights::SplitRights;

 private:
  void attempted(std::size_t region, const Basket& basket, bool served) override {
    if (served) return;
    for (const auto& [sku, quantity] : basket)
      if (available(region, sku) < quantity && trying_.insert({region, sku}).second)
        for (const auto at : tries_at)
          queue_.after(
              at, [this, region, sku = sku, quantity = quantity, at] { try_it(region, sku, quantity, at); });
  }

  void try_it(std::size_t region, std::uint32_t sku, std::int64_t wanted, Micros at) {
    if (at == tries_at.back()) trying_.erase({region, sku});
    if (available(region, sku) >= wanted) return;
    auto others = richest_first(region, sku);
    others.resize(std::min(others.size(), givers));
    for (const auto giver : others)
      ask(region, giver,
          [this, region, giver, sku] { give(giver, region, sku, std::min(portion, available(giver, sku))); });
  }

  std::set<std::pair<std::size_t, std::uint32_t>> trying_;
};

}  // namespace

std::unique_ptr<StockPolicy> make_fixed(const PolicyWorld& world) {
  return std::make_unique<Fixed>(world.stage.queue, world.paths, world.skus);
}

}  // namespace holdfast::sim
