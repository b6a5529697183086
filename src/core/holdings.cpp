#include "core/holdings.h"

#include <algorithm>

#include "core/limits.h"

namespace holdfast {

namespace {

// None: nobody buys, or not so that it would be gone in a thousand years.
std::optional<Millis> sold_in(Units left, std::int64_t sold_per_1000_s) {
  constexpr std::int64_t years_1000_in_1000_s = 31'536'000;
  if (sold_per_1000_s <= 0 || left.count() / sold_per_1000_s > years_1000_in_1000_s) return std::nullopt;
  const std::int64_t whole = left.count() / sold_per_1000_s;
  return Millis(whole * 1'000'000 + left.count() % sold_per_1000_s * 1'000'000 / sold_per_1000_s);
}

}  // namespace

Holdings::Holdings(const StepContext& step)
    : step_(step), lost_(step.memory.regions.lost(step.state(), step.now.node)) {
  for (const Region& region : step.memory.regions.all())
    replicas_.push_back(step.state().replicas().of_region(region.name));
}

Holdings::Part Holdings::own(SkuId sku) const {
  return {step_.stock().rights(sku), step_.stock().reserved(sku),
          step_.memory.demand.rate(sku, step_.now.node).per_1000_s()};
}

Holdings::Part Holdings::of(ReplicaIx replica, SkuId sku) const {
  const Row& row = step_.stock().row(replica, sku);
  const Units rights = std::max(no_units, step_.stock().rights(replica, sku));
  return {rights, std::min(rights, row.reserved), Rate(row.rate).per_1000_s()};
}

answer::SkuRights Holdings::of(SkuId sku) const {
  answer::SkuRights rights;
  rights.sku = step_.stock().name(sku);
  const Part here = own(sku);
  rights.regions.push_back(
      {step_.config.own.region, here.rights, here.reserved, here.sold_per_1000_s, Millis(0), false});
  const std::vector<Region>& regions = step_.memory.regions.all();
  for (std::size_t i = 0; i < regions.size(); ++i) {
    const Part part = replicas_[i] ? of(*replicas_[i], sku) : Part{};
    answer::RegionRights& shown = rights.regions.emplace_back();
    shown = {regions[i].name, part.rights, part.reserved, part.sold_per_1000_s, {}, false};
    shown.stale = !step_.memory.regions.up(regions[i], step_.now.node);
    if (const auto heard = regions[i].last_heard())
      shown.heard_ago = std::max(Millis(0), step_.now.node - *heard);
  }
  for (const answer::RegionRights& region : rights.regions) {
    rights.rights += region.rights;
    rights.reserved += region.reserved;
    rights.sold_per_1000_s += region.sold_per_1000_s;
  }
  for (const ReplicaIx replica : lost_) rights.lost += std::max(no_units, step_.stock().rights(replica, sku));
  rights.runs_dry_in = sold_in(rights.rights - rights.reserved, rights.sold_per_1000_s);
  return rights;
}

std::optional<Millis> Holdings::runs_dry_in(SkuId sku) const {
  Part sum = own(sku);
  for (const std::optional<ReplicaIx>& replica : replicas_) {
    if (!replica) continue;
    const Part part = of(*replica, sku);
    sum.rights += part.rights;
    sum.reserved += part.reserved;
    sum.sold_per_1000_s += part.sold_per_1000_s;
  }
  return sold_in(sum.rights - sum.reserved, sum.sold_per_1000_s);
}

bool Holdings::is_wanted(SkuId sku) const {
  return step_.stock().is_in_demand(sku) || step_.memory.demand.rate(sku, step_.now.node) > no_demand;
}

bool Holdings::before(const Dry& a, const Dry& b) const {
  return a.in != b.in ? a.in < b.in : step_.stock().name(a.sku) < step_.stock().name(b.sku);
}

// Those that rows tell of first, then those that are wanted here alone; some stand twice.
std::size_t Holdings::wanted_count() const {
  return step_.stock().in_demand().size() + step_.memory.demand.wanted().size();
}

SkuId Holdings::wanted(std::size_t at) const {
  const std::vector<SkuId>& stated = step_.stock().in_demand();
  return at < stated.size() ? stated[at] : step_.memory.demand.wanted()[at - stated.size()];
}

std::vector<SkuId> Holdings::all_wanted() const {
  std::vector<SkuId> all = step_.stock().in_demand();
  for (const SkuId sku : step_.memory.demand.wanted())
    if (!step_.stock().is_in_demand(sku)) all.push_back(sku);
  return all;
}

std::vector<SkuId> Holdings::some_wanted(Driest& known) const {
  const Stock& stock = step_.stock();
  std::vector<SkuId> some = known.skus;
  for (std::uint16_t replica = 0; replica < stock.replicas(); ++replica) {
    std::size_t moved = 0;
    for (auto sku = stock.newest(ReplicaIx(replica)); sku && moved < moved_last;
         sku = stock.older(ReplicaIx(replica), *sku), ++moved)
      some.push_back(*sku);
  }
  for (std::size_t looked_at = 0; looked_at < looked_at_once; ++looked_at)
    some.push_back(wanted(known.next++ % wanted_count()));
  known.next %= wanted_count();
  std::ranges::sort(some);
  some.erase(std::unique(some.begin(), some.end()), some.end());
  return some;
}

std::vector<Holdings::Dry> Holdings::running_dry(const std::vector<SkuId>& skus) const {
  std::vector<Dry> dry;
  for (const SkuId sku : skus)
    if (const auto in = runs_dry_in(sku)) dry.push_back({*in, sku});
  return dry;
}

void Holdings::bring_forward(std::vector<Dry>& dry, std::size_t count) const {
  const auto end = dry.begin() + static_cast<std::ptrdiff_t>(std::min(count, dry.size()));
  std::ranges::partial_sort(dry, end, [this](const Dry& a, const Dry& b) { return before(a, b); });
}

std::vector<SkuId> Holdings::first_of(const std::vector<Dry>& dry, std::size_t count) {
  std::vector<SkuId> skus;
  for (std::size_t i = 0; i < std::min(count, dry.size()); ++i) skus.push_back(dry[i].sku);
  return skus;
}

std::vector<SkuId> Holdings::driest(std::size_t count, Driest& known) const {
  const bool all = wanted_count() <= looked_at_once;
  std::vector<Dry> dry = running_dry(all ? all_wanted() : some_wanted(known));
  bring_forward(dry, std::max(count, limits::list_limit_max));
  known.skus = first_of(dry, limits::list_limit_max);
  std::vector<SkuId> page = first_of(dry, count);
  add_others({}, count, page);
  return page;
}

std::vector<SkuId> Holdings::driest_after(std::string_view after, std::size_t count) const {
  std::vector<SkuId> page;
  const auto last = step_.stock().find(after);
  if (!last) return page;
  if (const auto last_in = runs_dry_in(*last)) {
    std::vector<Dry> dry = running_dry(all_wanted());
    std::erase_if(dry, [&](const Dry& one) { return !before({*last_in, *last}, one); });
    bring_forward(dry, count);
    page = first_of(dry, count);
    after = {};
  }
  add_others(after, count, page);
  return page;
}

// Those that do not run dry, from the one after `after` on, until the page is full.
void Holdings::add_others(std::string_view after, std::size_t count, std::vector<SkuId>& page) const {
  if (page.size() >= count) return;
  const std::vector<SkuId>& order = step_.stock().in_byte_order();
  auto it = after.empty() ? order.begin() : std::ranges::upper_bound(order, after, {}, [&](SkuId sku) {
    return std::string_view(step_.stock().name(sku));
  });
  for (; it != order.end() && page.size() < count; ++it)
    if (!is_wanted(*it) || !runs_dry_in(*it)) page.push_back(*it);
}

}  // namespace holdfast
