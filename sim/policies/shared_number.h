// SharedNumber: one number for all regions, and how far away it is decides what a shopper sees. Subclasses
// say only that.
#pragma once

#include "sim/event_queue.h"
#include "sim/paths.h"
#include "sim/policies/policy.h"
#include "sim/policies/shelf.h"

namespace holdfast::sim {

class SharedNumber : public StockPolicy {
 public:
  SharedNumber(EventQueue& queue, Paths& paths, std::size_t skus)
      : queue_(queue), paths_(paths), shelf_(queue, skus), on_the_way_(skus, 0) {}

  void open(const Placement& placement, std::move_only_function<void()> ready) override;
  void attempt(Attempt attempt, Done done) override;
  void finish(std::uint64_t id, Finish finish, Finished finished) override;
  void stock_in(std::size_t region, const Basket& goods, std::optional<std::uint64_t> of_sale) override;

  [[nodiscard]] std::int64_t in_world(std::uint32_t sku) const override {
    return shelf_.available(sku) + on_the_way_[sku];
  }
  // The number belongs to no region more than to another.
  [[nodiscard]] std::int64_t in_regions(const std::vector<bool>&, std::uint32_t sku) const override {
    return shelf_.available(sku);
  }
  [[nodiscard]] std::int64_t rights(std::size_t region) const override {
    return region == 0 ? shelf_.rights() : 0;
  }
  [[nodiscard]] Traffic traffic() override { return {}; }

 protected:
  struct Way {
    Micros there{0}, back{0};
    bool remote = false;
  };
  // From a region to the number and back, drawn anew for each request; nothing: it cannot be reached.
  [[nodiscard]] virtual std::optional<Way> way(std::size_t region) = 0;

  EventQueue& queue_;
  Paths& paths_;

 private:
  void decide(const Way& path, Attempt attempt, Done done);
  void bring(std::size_t region, Basket goods);

  Shelf shelf_;
  std::vector<std::int64_t> on_the_way_;
};

// No latency, never cut off: the bound that nothing with baskets of one line can beat.
class Oracle final : public SharedNumber {
 public:
  using SharedNumber::SharedNumber;

 private:
  [[nodiscard]] std::optional<Way> way(std::size_t) override { return Way{}; }
};

// One database in the first region: every reservation pays the round trip, and fails when cut off.
class Central final : public SharedNumber {
 public:
  using SharedNumber::SharedNumber;

 private:
  [[nodiscard]] std::optional<Way> way(std::size_t region) override;
};

// A majority of the regions must answer: the round trip to the median one.
class Quorum final : public SharedNumber {
 public:
  using SharedNumber::SharedNumber;

 private:
  [[nodiscard]] std::optional<Way> way(std::size_t region) override;
};

}  // namespace holdfast::sim
