#include "sim/policies/split_rights.h"

#include <algorithm>

#include "base/assert.h"
#include "sim/policies/local_commit.h"

namespace holdfast::sim {

SplitRights::SplitRights(EventQueue& queue, Paths& paths, std::size_t skus)
    : queue_(queue),
      paths_(paths),
      on_the_way_(paths.size(), std::vector<std::int64_t>(skus, 0)),
      arrivals_(paths.size(), 0),
      stopped_(paths.size()) {
  for (std::size_t region = 0; region < paths.size(); ++region) shelves_.emplace_back(queue, skus);
  for (auto& row : stopped_) row.resize(paths.size());
  traffic_.units_between.assign(paths.size(), std::vector<std::int64_t>(paths.size(), 0));
  paths_.on_healed([this](std::size_t from, std::size_t to) {
    for (auto& action : std::exchange(stopped_[from][to], {}))
      queue_.after(paths_.delay(from, to), std::move(action));
  });
}

void SplitRights::open(const Placement& placement, std::move_only_function<void()> ready) {
  for (std::size_t region = 0; region < regions(); ++region)
    for (std::uint32_t sku = 0; sku < placement[region].size(); ++sku)
      shelves_[region].add(sku, placement[region][sku]);
  opened();
  queue_.after(Micros(0), std::move(ready));
}

void SplitRights::attempt(Attempt attempt, Done done) {
  auto& shelf = shelves_[attempt.region];
  const auto asked = attempt.basket;
  const bool served = shelf.has(asked);
  if (const auto part = shelf.part_of(asked); attempt.partial && !part.empty()) attempt.basket = part;
  auto told = [this, region = attempt.region, id = attempt.id, ttl = attempt.ttl,
               got = attempt.partial ? attempt.basket : Basket{}, arrived = arrivals_[attempt.region],
               done = std::move(done)](bool granted, Micros after) mutable {
    if (granted) region_of_[id] = region;
    // Who waited until units came back here, or were brought in, needed no other region.
    const bool remote = granted && after > Micros(0) && arrivals_[region] > arrived;
    const Reply reply{granted ? Denial::none : Denial::short_here, remote, queue_.now() + ttl,
                      granted ? got : Basket{}};
    queue_.after(local_commit, [reply, done = std::move(done)]() mutable { done(reply); });
  };
  shelf.reserve(attempt.id, attempt.basket, attempt.ttl, kept(attempt), std::move(told));
  attempted(attempt.region, asked, served);
}

void SplitRights::attempted(std::size_t, const Basket&, bool) {}

void SplitRights::finish(std::uint64_t id, Finish finish, Finished finished) {
  const auto found = region_of_.find(id);
  HF_ASSERT(found != region_of_.end());
  const auto region = found->second;
  region_of_.erase(found);  // first: units that are given back go to those who wait, and they are noted here
  shelves_[region].finish(id, finish);
  queue_.after(Micros(0), [finished = std::move(finished)]() mutable { finished(true); });
}

void SplitRights::stock_in(std::size_t region, const Basket& goods, std::optional<std::uint64_t>) {
  for (const auto& line : goods) shelves_[region].add(line.sku, line.quantity);
}

std::int64_t SplitRights::in_world(std::uint32_t sku) const {
  std::int64_t units = 0;
  for (std::size_t region = 0; region < shelves_.size(); ++region)
    units += shelves_[region].available(sku) + on_the_way_[region][sku];
  return units;
}

std::int64_t SplitRights::in_regions(const std::vector<bool>& regions, std::uint32_t sku) const {
  std::int64_t units = 0;
  for (std::size_t region = 0; region < shelves_.size(); ++region)
    if (regions[region]) units += shelves_[region].available(sku);
  return units;
}

std::vector<std::size_t> SplitRights::richest_first(std::size_t asker, std::uint32_t sku) const {
  std::vector<std::size_t> others;
  for (std::size_t region = 0; region < regions(); ++region)
    if (region != asker) others.push_back(region);
  std::ranges::stable_sort(others, std::ranges::greater(),
                           [&](std::size_t region) { return available(region, sku); });
  return others;
}

void SplitRights::ask(std::size_t from, std::size_t to, EventQueue::Action arrived) {
  if (!paths_.cut(from, to)) queue_.after(paths_.delay(from, to), std::move(arrived));
}

void SplitRights::carry(std::size_t from, std::size_t to, EventQueue::Action arrived) {
  if (paths_.cut(from, to))
    stopped_[from][to].push_back(std::move(arrived));
  else
    queue_.after(paths_.delay(from, to), std::move(arrived));
}

void SplitRights::give(std::size_t from, std::size_t to, std::uint32_t sku, std::int64_t units) {
  if (units <= 0) return;
  shelves_[from].take(sku, units);
  on_the_way_[to][sku] += units;
  ++traffic_.transfers;
  traffic_.units += units;
  traffic_.units_between[from][to] += units;
  carry(from, to, [this, to, sku, units] {
    on_the_way_[to][sku] -= units;
    ++arrivals_[to];
    shelves_[to].add(sku, units);
  });
}

}  // namespace holdfast::sim
