#include "core/waiters.h"

#include <algorithm>

#include "base/assert.h"

namespace holdfast {

Waiter* Waiters::find(const Digest& name) {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : &by_number_.at(found->second);
}

Waiter* Waiters::at(Number number) {
  const auto found = by_number_.find(number);
  return found == by_number_.end() ? nullptr : &found->second;
}

std::vector<Waiters::Number> Waiters::wanting(SkuId sku) const {
  std::vector<Number> found;
  for (auto it = by_sku_.lower_bound({sku, 0}); it != by_sku_.end() && it->first == sku; ++it)
    found.push_back(it->second);
  return found;
}

std::vector<Waiters::Number> Waiters::all() const {
  std::vector<Number> found;
  for (const auto& [number, waiter] : by_number_) found.push_back(number);
  return found;
}

std::optional<NodeTime> Waiters::first_deadline() const {
  return by_deadline_.empty() ? std::nullopt : std::optional(by_deadline_.begin()->first);
}

std::vector<Waiters::Number> Waiters::overdue(NodeTime now) const {
  std::vector<Number> found;
  for (auto it = by_deadline_.begin(); it != by_deadline_.end() && it->first <= now; ++it)
    found.push_back(it->second);
  return found;
}

Units Waiters::lacking(SkuId sku) const {
  const auto found = lacking_.find(sku);
  return found == lacking_.end() ? no_units : found->second;
}

void Waiters::count_lacks(const Waiter& waiter, bool add) {
  for (const auto& [sku, units] : waiter.lacks) {
    Units& total = lacking_[sku];
    total = add ? total + units : total - units;
    if (total == no_units) lacking_.erase(sku);
  }
}

void Waiters::still_lacks(Number number, std::vector<std::pair<SkuId, Units>> lacks, Refusal refusal) {
  Waiter& waiter = by_number_.at(number);
  count_lacks(waiter, false);
  waiter.lacks = std::move(lacks);
  waiter.refusal = std::move(refusal);
  count_lacks(waiter, true);
}

Waiters::Number Waiters::add(Waiter waiter) {
  const Number number = next_++;
  HF_ASSERT(by_name_.emplace(waiter.name, number).second);
  by_deadline_.emplace(waiter.deadline, number);
  for (const SkuId sku : waiter.skus) by_sku_.emplace(sku, number);
  count_lacks(waiter, true);
  by_number_.emplace(number, std::move(waiter));
  return number;
}

Waiter Waiters::take(Number number) {
  auto node = by_number_.extract(number);
  HF_ASSERT(!node.empty());
  Waiter waiter = std::move(node.mapped());
  by_name_.erase(waiter.name);
  by_deadline_.erase({waiter.deadline, number});
  for (const SkuId sku : waiter.skus) by_sku_.erase({sku, number});
  count_lacks(waiter, false);
  return waiter;
}

void Waiters::cancel(RequestToken token) {
  for (auto& [number, waiter] : by_number_) {
    if (std::erase(waiter.tokens, token) == 0) continue;
    if (waiter.tokens.empty()) (void)take(number);
    return;
  }
}

}  // namespace holdfast
