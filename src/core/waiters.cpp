#include "core/waiters.h"

#include <algorithm>
#include <vector>

#include "base/assert.h"
#include "core/limits.h"

namespace holdfast {

namespace {

// What it would take the place of; empty: nothing.
std::string replaced_by(const Waiter& waiter) {
  const auto* reserve = std::get_if<request::Reserve>(&waiter.request);
  return reserve == nullptr ? std::string() : reserve->replaces;
}

}  // namespace

bool is_flexible(const Waiter& waiter) {
  const auto* reserve = std::get_if<request::Reserve>(&waiter.request);
  return reserve != nullptr && (reserve->partial || !reserve->replaces.empty());
}

const Waiter* Waiters::look_up(const Digest& name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : &by_number_.at(found->second);
}

const Waiter* Waiters::at(Number number) const {
  const auto found = by_number_.find(number);
  return found == by_number_.end() ? nullptr : &found->second;
}

std::vector<Waiters::Number> Waiters::served_by(SkuId sku, Units available) const {
  std::vector<Number> found;
  if (available <= no_units) return found;
  for (auto it = by_need_.lower_bound({sku, -limits::field_units_max, 0});
       it != by_need_.end() && it->sku == sku && it->units <= available; ++it)
    found.push_back(it->number);
  for (auto it = flexible_.lower_bound({sku, 0}); it != flexible_.end() && it->first == sku; ++it)
    found.push_back(it->second);
  return found;
}

std::vector<Waiters::Number> Waiters::needing_more_than(SkuId sku, Units units) const {
  std::vector<Number> found;
  const Needing none{sku, units + Units(1), 0};
  for (auto it = by_need_.lower_bound(none); it != by_need_.end() && it->sku == sku; ++it)
    found.push_back(it->number);
  return found;
}

std::vector<Waiters::Number> Waiters::short_since(SkuId sku, Units available) const {
  std::vector<Number> found;
  const Needing enough{sku, available + Units(1), 0};
  for (auto it = there_.lower_bound(enough); it != there_.end() && it->sku == sku; ++it)
    found.push_back(it->number);
  return found;
}

std::vector<SkuId> Waiters::skus() const {
  std::vector<SkuId> found;
  for (auto it = by_sku_.begin(); it != by_sku_.end(); it = by_sku_.lower_bound({it->first.next(), 0}))
    found.push_back(it->first);
  return found;
}

bool Waiters::is_named(SkuId sku) const {
  const auto first = by_sku_.lower_bound({sku, 0});
  return first != by_sku_.end() && first->first == sku;
}

std::vector<Waiters::Number> Waiters::replacing(std::string_view id) const {
  std::vector<Number> found;
  if (by_replaced_.empty()) return found;  // nearly always
  for (auto it = by_replaced_.lower_bound({std::string(id), 0}); it != by_replaced_.end() && it->first == id;
       ++it)
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

Units Waiters::sum(const Sums& sums, SkuId sku) {
  const auto found = sums.find(sku);
  return found == sums.end() ? no_units : found->second;
}

void Waiters::add(Sums& sums, SkuId sku, Units units) {
  if (units == no_units) return;
  const auto sum = sums.try_emplace(sku).first;
  sum->second += units;
  if (sum->second == no_units) sums.erase(sum);
}

void Waiters::enter_needs(Number number, const Waiter& waiter) {
  for (const Need& need : waiter.needs) {
    by_sku_.emplace(need.sku, number);
    by_need_.insert({need.sku, need.units, number});
    if (is_flexible(waiter)) flexible_.emplace(need.sku, number);
    if (!need.is_short) there_.insert({need.sku, need.units, number});
    if (need.is_short) add(wanted_, need.sku, need.units);
    add(spoken_for_, need.sku, std::max(no_units, need.units));
  }
}

void Waiters::leave_needs(Number number, const Waiter& waiter) {
  for (const Need& need : waiter.needs) {
    by_sku_.erase({need.sku, number});
    by_need_.erase({need.sku, need.units, number});
    flexible_.erase({need.sku, number});
    there_.erase({need.sku, need.units, number});
    if (need.is_short) add(wanted_, need.sku, -need.units);
    add(spoken_for_, need.sku, -std::max(no_units, need.units));
  }
}

void Waiters::still_short(Number number, Few<Need> needs) {
  Waiter& waiter = by_number_.at(number);
  leave_needs(number, waiter);
  waiter.needs = std::move(needs);
  enter_needs(number, waiter);
}

Waiters::Number Waiters::add(Waiter waiter) {
  const Number number = next_++;
  HF_ASSERT(by_name_.emplace(waiter.name, number).second);
  by_deadline_.emplace(waiter.deadline, number);
  for (const RequestToken token : waiter.tokens) by_token_.emplace(token, number);
  if (std::string replaced = replaced_by(waiter); !replaced.empty())
    by_replaced_.emplace(std::move(replaced), number);
  enter_needs(number, waiter);
  by_number_.emplace(number, std::move(waiter));
  return number;
}

void Waiters::join(const Digest& name, RequestToken token) {
  const Number number = by_name_.at(name);
  by_number_.at(number).tokens.insert(token);
  by_token_.emplace(token, number);
}

Waiter Waiters::take(Number number) {
  auto node = by_number_.extract(number);
  HF_ASSERT(!node.empty());
  Waiter waiter = std::move(node.mapped());
  by_name_.erase(waiter.name);
  by_deadline_.erase({waiter.deadline, number});
  for (const RequestToken token : waiter.tokens) by_token_.erase(token);
  by_replaced_.erase({replaced_by(waiter), number});
  leave_needs(number, waiter);
  return waiter;
}

void Waiters::cancel(RequestToken token) {
  const auto found = by_token_.find(token);
  if (found == by_token_.end()) return;
  const Number number = found->second;
  by_token_.erase(found);
  Waiter& waiter = by_number_.at(number);
  waiter.tokens.erase(token);
  if (waiter.tokens.empty()) (void)take(number);
}

}  // namespace holdfast
