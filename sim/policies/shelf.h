// Shelf: the units at one place that a model sells from: what is available, what is in shoppers' baskets, and
// who waits for more. All or nothing over the lines of a basket; waiters are tried in order of arrival
// whenever units come, and one that still lacks is passed over. Owner: a model. Threads: one.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <functional>
#include <map>
#include <set>
#include <vector>

#include "sim/event_queue.h"
#include "sim/policies/policy.h"

namespace holdfast::sim {

class Shelf {
 public:
  // `after`: how long it waited.
  using Told = std::move_only_function<void(bool granted, Micros after)>;

  Shelf(EventQueue& queue, std::size_t skus) : queue_(queue), available_(skus, 0) {}
  Shelf(const Shelf&) = delete;
  Shelf(Shelf&&) = default;

  [[nodiscard]] std::int64_t available(std::uint32_t sku) const { return available_[sku]; }
  [[nodiscard]] std::int64_t rights() const { return rights_; }  // of all SKUs, with what is in baskets
  [[nodiscard]] bool has(const Basket& basket) const;
  [[nodiscard]] bool someone_waits_for(std::uint32_t sku) const { return waiting_for_.contains(sku); }

  void add(std::uint32_t sku, std::int64_t units);
  void take(std::uint32_t sku, std::int64_t units);  // no more than is available

  // Told at once, from within, if there is enough or no wait; otherwise when units come, or in the end.
  void reserve(std::uint64_t id, const Basket& basket, Micros ttl, Micros wait, Told told);
  // As much of each line as there is.
  [[nodiscard]] Basket part_of(const Basket& basket) const;
  // Nothing happens if it has expired.
  void finish(std::uint64_t id, Finish finish);
  // Who waits, in order of arrival; until anything is called that changes it.
  struct Waiting {
    SimTime since{};
    const Basket* basket = nullptr;
  };
  [[nodiscard]] std::vector<Waiting> waiting() const;
  // Everyone who waits for this SKU is told no.
  void send_away(std::uint32_t sku);

 private:
  struct Waiter {
    std::uint64_t id = 0;
    Basket basket;
    Micros ttl{0};
    SimTime since{};
    Told told;
  };
  using Order = std::uint64_t;

  void hold(std::uint64_t id, const Basket& basket, Micros ttl);
  [[nodiscard]] Waiter leave(Order order);
  void serve_waiters(std::uint32_t sku);

  EventQueue& queue_;
  std::vector<std::int64_t> available_;
  std::int64_t rights_ = 0;
  boost::unordered_flat_map<std::uint64_t, Basket> held_;
  std::map<Order, Waiter> waiters_;
  std::map<std::uint32_t, std::set<Order>> waiting_for_;
  Order next_order_ = 0;
};

}  // namespace holdfast::sim
