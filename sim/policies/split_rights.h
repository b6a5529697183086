// SplitRights: each region sells from rights of its own; subclasses say when rights move. With nothing added
// it is the policy `static`: an equal split, and nothing ever moves.
//
// Kind to the models: an ask is lost if its way is cut when it is sent, but rights on their way always
// arrive; unless a subclass says otherwise, a region knows what every other has.
#pragma once

#include <deque>

#include "sim/event_queue.h"
#include "sim/paths.h"
#include "sim/policies/policy.h"
#include "sim/policies/shelf.h"

namespace holdfast::sim {

class SplitRights : public StockPolicy {
 public:
  SplitRights(EventQueue& queue, Paths& paths, std::size_t skus);

  void open(const Placement& placement, std::move_only_function<void()> ready) override;
  void attempt(Attempt attempt, Done done) override;
  void finish(std::uint64_t id, Finish finish, Finished finished) override;
  void stock_in(std::size_t region, const Basket& goods, std::optional<std::uint64_t> of_sale) override;

  [[nodiscard]] std::int64_t in_world(std::uint32_t sku) const override;
  [[nodiscard]] std::int64_t in_regions(const std::vector<bool>& regions, std::uint32_t sku) const override;
  [[nodiscard]] std::int64_t rights(std::size_t region) const override { return shelves_[region].rights(); }
  [[nodiscard]] Traffic traffic() override { return traffic_; }

 protected:
  // Once, after the stock is there.
  virtual void opened() {}
  // After each attempt; `served`: at once, from here.
  virtual void attempted(std::size_t region, const Basket& basket, bool served);
  // How long a shopper who is short is kept, whatever they are ready to wait.
  [[nodiscard]] virtual Micros kept(const Attempt& attempt) const { return attempt.wait; }

  [[nodiscard]] std::size_t regions() const { return shelves_.size(); }
  [[nodiscard]] std::int64_t available(std::size_t region, std::uint32_t sku) const {
    return shelves_[region].available(sku);
  }
  // On its way there.
  [[nodiscard]] std::int64_t coming(std::size_t region, std::uint32_t sku) const {
    return on_the_way_[region][sku];
  }
  [[nodiscard]] Shelf& shelf(std::size_t region) { return shelves_[region]; }
  // The other regions, those with the most first.
  [[nodiscard]] std::vector<std::size_t> richest_first(std::size_t asker, std::uint32_t sku) const;

  // A message that may be lost.
  void ask(std::size_t from, std::size_t to, EventQueue::Action arrived);
  // Rights that leave here now and arrive there.
  void give(std::size_t from, std::size_t to, std::uint32_t sku, std::int64_t units);

  EventQueue& queue_;
  Paths& paths_;

 private:
  void carry(std::size_t from, std::size_t to, EventQueue::Action arrived);

  std::deque<Shelf> shelves_;
  std::vector<std::vector<std::int64_t>> on_the_way_;  // [to][sku]
  std::vector<std::uint64_t> arrivals_;                // of transfers, by region
  Traffic traffic_;
  std::vector<std::vector<std::deque<EventQueue::Action>>> stopped_;  // [from][to], by a cut
  boost::unordered_flat_map<std::uint64_t, std::size_t> region_of_;   // of what was granted
};

}  // namespace holdfast::sim
