// `reactive`: AntidoteDB as intended. All stock of a SKU starts where it was created. After a refusal the
// region asks the richest for the exact shortfall, all or nothing, on a tick of 100 ms; the shopper tries
// again each second, ten times.
#include <chrono>

#include "sim/policies/policies.h"
#include "sim/policies/split_rights.h"

namespace holdfast::sim {
namespace {

using namespace std::chrono_literals;

constexpr Micros asks_every = 100ms;

class Reactive final : public SplitRights {
 public:
  Reactive(EventQueue& queue, Paths& paths, std::size_t skus)
      : SplitRights(queue, paths, skus), short_of_(regions()) {}

  // Created where the scenario has most of it, the first of equals.
  void open(const Placement& placement, std::move_only_function<void()> ready) override {
    auto created = placement;
    for (std::size_t sku = 0; sku < placement.front().size(); ++sku) {
      std::size_t most = 0;
      std::int64_t units = 0;
      for (std::size_t region = 0; region < placement.size(); ++region) {
        if (placement[region][sku] > placement[most][sku]) most = region;
        units += std::exchange(created[region][sku], 0);
      }
      created[most][sku] = units;
    }
    SplitRights::open(created, std::move(ready));
  }

  [[nodiscard]] Retries retries() const override { return {1s, 10}; }

 private:
  void opened() override {
    queue_.after(asks_every, [this] { ask_all(); });
  }

  void attempted(std::size_t region, const Basket& basket, bool served) override {
    if (served) return;
    for (const auto& [sku, quantity] : basket)
      if (const auto lacking = quantity - available(region, sku); lacking > 0)
        short_of_[region].push_back({sku, lacking});
  }

  void ask_all() {
    for (std::size_t region = 0; region < regions() && regions() > 1; ++region)
      for (const auto& [sku, lacking] : std::exchange(short_of_[region], {})) {
        const auto giver = richest_first(region, sku).front();
        ask(region, giver, [this, region, giver, sku = sku, lacking = lacking] {
          if (available(giver, sku) >= lacking) give(giver, region, sku, lacking);
        });
      }
    queue_.after(asks_every, [this] { ask_all(); });
  }

  std::vector<Basket> short_of_;  // by region
};

}  // namespace

std::unique_ptr<StockPolicy> make_reactive(const PolicyWorld& world) {
  return std::make_unique<Reactive>(world.stage.queue, world.paths, world.skus);
}

}  // namespace holdfast::sim
