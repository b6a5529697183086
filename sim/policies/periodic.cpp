// `periodic`: PotionDB. Every second a region whose own share of a SKU is below total/n/2 asks the richest
// for min((max − own)/2, total − own), which is refused if it is more than half of what the giver has.
#include <algorithm>
#include <chrono>

#include "sim/policies/policies.h"
#include "sim/policies/split_rights.h"

namespace holdfast::sim {
namespace {

using namespace std::chrono_literals;

constexpr Micros period = 1s;

class Periodic final : public SplitRights {
 public:
  Periodic(EventQueue& queue, Paths& paths, std::size_t skus)
      : SplitRights(queue, paths, skus), skus_(skus) {}

 private:
  void opened() override {
    queue_.after(period, [this] { balance(); });
  }

  void balance() {
    for (std::uint32_t sku = 0; sku < skus_ && regions() > 1; ++sku) {
      const auto total = in_world(sku);
      for (std::size_t region = 0; region < regions(); ++region)
        if (available(region, sku) * 2 * static_cast<std::int64_t>(regions()) < total)
          ask_richest(region, sku, total);
    }
    queue_.after(period, [this] { balance(); });
  }

  void ask_richest(std::size_t region, std::uint32_t sku, std::int64_t total) {
    const auto giver = richest_first(region, sku).front();
    const auto own = available(region, sku);
    const auto units = std::min((available(giver, sku) - own) / 2, total - own);
    if (units > 0)
      ask(region, giver, [this, region, giver, sku, units] {
        if (units <= available(giver, sku) / 2) give(giver, region, sku, units);
      });
  }

  std::size_t skus_;
};

}  // namespace

std::unique_ptr<StockPolicy> make_periodic(const PolicyWorld& world) {
  return std::make_unique<Periodic>(world.stage.queue, world.paths, world.skus);
}

}  // namespace holdfast::sim
