#include "sim/policies/shelf.h"

#include <algorithm>

#include "base/assert.h"

namespace holdfast::sim {

bool Shelf::has(const Basket& basket) const {
  return std::ranges::all_of(basket,
                             [&](const BasketLine& line) { return available_[line.sku] >= line.quantity; });
}

Basket Shelf::part_of(const Basket& basket) const {
  Basket part;
  for (const auto& [sku, quantity] : basket)
    if (available_[sku] > 0) part.push_back({sku, std::min(quantity, available_[sku])});
  return part;
}

void Shelf::add(std::uint32_t sku, std::int64_t units) {
  available_[sku] += units;
  rights_ += units;
  serve_waiters(sku);
}

void Shelf::take(std::uint32_t sku, std::int64_t units) {
  HF_ASSERT(units >= 0 && units <= available_[sku]);
  available_[sku] -= units;
  rights_ -= units;
}

void Shelf::hold(std::uint64_t id, const Basket& basket, Micros ttl) {
  for (const auto& line : basket) available_[line.sku] -= line.quantity;
  held_[id] = basket;
  queue_.after(ttl, [this, id] { finish(id, Finish::release); });
}

void Shelf::reserve(std::uint64_t id, const Basket& basket, Micros ttl, Micros wait, Told told) {
  if (has(basket)) {
    hold(id, basket, ttl);
    return told(true, Micros(0));
  }
  if (wait <= Micros(0)) return told(false, Micros(0));
  const auto order = next_order_++;
  for (const auto& line : basket) waiting_for_[line.sku].insert(order);
  waiters_.emplace(order, Waiter{id, basket, ttl, queue_.now(), std::move(told)});
  queue_.after(wait, [this, order] {
    if (!waiters_.contains(order)) return;
    auto waiter = leave(order);
    waiter.told(false, queue_.now() - waiter.since);
  });
}

void Shelf::finish(std::uint64_t id, Finish finish) {
  const auto found = held_.find(id);
  if (found == held_.end()) return;
  const auto basket = std::move(found->second);
  held_.erase(found);
  for (const auto& line : basket) {
    rights_ -= line.quantity;
    if (finish == Finish::release) add(line.sku, line.quantity);
  }
}

Shelf::Waiter Shelf::leave(Order order) {
  const auto found = waiters_.find(order);
  auto waiter = std::move(found->second);
  waiters_.erase(found);
  for (const auto& line : waiter.basket) {
    const auto others = waiting_for_.find(line.sku);
    others->second.erase(order);
    if (others->second.empty()) waiting_for_.erase(others);
  }
  return waiter;
}

void Shelf::serve_waiters(std::uint32_t sku) {
  const auto waiting = waiting_for_.find(sku);
  if (waiting == waiting_for_.end() || available_[sku] == 0) return;
  const std::vector<Order> orders(waiting->second.begin(), waiting->second.end());
  for (const auto order : orders) {
    if (!has(waiters_.at(order).basket)) continue;
    auto waiter = leave(order);
    hold(waiter.id, waiter.basket, waiter.ttl);
    waiter.told(true, queue_.now() - waiter.since);
  }
}

std::vector<Shelf::Waiting> Shelf::waiting() const {
  std::vector<Waiting> all;
  for (const auto& [order, waiter] : waiters_) all.push_back({waiter.since, &waiter.basket});
  return all;
}

void Shelf::send_away(std::uint32_t sku) {
  const auto waiting = waiting_for_.find(sku);
  if (waiting == waiting_for_.end()) return;
  const std::vector<Order> orders(waiting->second.begin(), waiting->second.end());
  for (const auto order : orders) {
    auto waiter = leave(order);
    waiter.told(false, queue_.now() - waiter.since);
  }
}

}  // namespace holdfast::sim
