#include "core/regions.h"

#include <algorithm>
#include <iterator>

namespace holdfast {

namespace {

// After the last sign of it. It is refused, and comes again within seconds; if only this side dials, while
// the newest is linked, it does not.
constexpr Millis older_lives_for{600'000};

// What the region itself said of an older incarnation of its own: it is frozen, and its disk may be lost.
bool is_past(const Region& region, const ReplicaId& replica, const State& state) {
  if (replica.region != region.name) return false;
  const auto newest = state.replicas().of_region(region.name);
  return (newest && replica.incarnation < state.replicas().id(*newest).incarnation) ||
         (region.summary && replica.incarnation < region.summary->replica.incarnation);
}

// The others of its region: frozen, and what they hold can be sold by them alone.
void add_older(ReplicaIx newest, const Replicas& replicas, std::vector<ReplicaIx>& to) {
  for (std::uint16_t i = 0; i < replicas.size(); ++i)
    if (const ReplicaIx ix(i); ix != newest && replicas.id(ix).region == replicas.id(newest).region)
      to.push_back(ix);
}

}  // namespace

bool covers(const State& state, const ReplicaId& replica, Version version) {
  if (version == Version{}) return true;
  const auto ix = state.replicas().find(replica);
  if (ix && !state.replicas().distrusted(*ix).empty()) return true;  // no more of it will ever be taken
  return ix && state.replicas().version(*ix) >= version;
}

Regions::Regions(const CoreConfig& config) : cut_off_after_(config.cut_off_after) {
  for (const std::string& name : config.peers) regions_.emplace_back().name = name;
}

Region* Regions::find(std::string_view name) {
  const auto found = std::ranges::find(regions_, name, &Region::name);
  return found == regions_.end() ? nullptr : &*found;
}

const Region* Regions::find(std::string_view name) const { return const_cast<Regions*>(this)->find(name); }

Region* Regions::on(LinkId link) {
  const auto found = std::ranges::find(regions_, std::optional(link), &Region::link);
  return found == regions_.end() ? nullptr : &*found;
}

const Region* Regions::on(LinkId link) const { return const_cast<Regions*>(this)->on(link); }

void Regions::forget(LinkId link) {
  for (Region& region : regions_) {
    if (region.by_way_of == link) region.by_way_of.reset();
    if (region.link != link) continue;
    region.link.reset();
    region.rtt.reset();
    // What it said of others belongs to the session; whether it has anything at all is still so.
    std::erase_if(region.stated, [&](const auto& said) { return said.first.region != region.name; });
  }
}

bool Regions::up(const Region& region, NodeTime now) const {
  const auto heard = region.last_heard();
  return heard && *heard + cut_off_after_ >= now;
}

bool Regions::has_two_lives(const Region& region, NodeTime now) const {
  return region.older_heard && *region.older_heard + older_lives_for >= now;
}

bool Regions::trusted(const Region& region, const State& state) const {
  const auto replica = state.replicas().of_region(region.name);
  return !replica || state.replicas().distrusted(*replica).empty();
}

bool Regions::ever_heard(const Region& region, const State& state) const {
  return region.last_heard().has_value() || state.replicas().of_region(region.name).has_value();
}

bool Regions::stock_heard(const Region& region, const State& state) const {
  const auto replica = state.replicas().of_region(region.name);
  if (replica && state.stock().rows_total(*replica) > 0) return true;
  if (region.summary && region.summary->version == Version{}) return true;
  return std::ranges::any_of(region.stated, [&](const auto& said) {
    return said.first.region == region.name && said.second == Version{};
  });
}

bool Regions::all_stock_heard(const State& state) const {
  return std::ranges::all_of(regions_, [&](const Region& region) { return stock_heard(region, state); });
}

bool Regions::view_is_closed(const State& state, NodeTime now) const {
  for (const Region& region : regions_) {
    if (!up(region, now) || !trusted(region, state)) continue;
    if (!stock_heard(region, state)) return false;
    for (const auto& [replica, version] : region.stated)
      if (!is_past(region, replica, state) && !covers(state, replica, version)) return false;
    if (region.summary && !covers(state, region.summary->replica, region.summary->version)) return false;
  }
  return true;
}

Outlook Regions::outlook(const State& state, NodeTime now) const {
  Outlook outlook{view_is_closed(state, now), {}};
  for (const Region& region : regions_) outlook.up.push_back(up(region, now));
  return outlook;
}

std::optional<NodeTime> Regions::worsens_at(const Outlook& outlook) const {
  std::optional<NodeTime> first;
  for (std::size_t i = 0; i < outlook.up.size(); ++i) {
    const auto heard = regions_[i].last_heard();
    if (!outlook.up[i] || !heard) continue;
    const NodeTime cut_off = *heard + cut_off_after_ + Millis(1);
    first = first ? std::min(*first, cut_off) : cut_off;
  }
  return first;
}

Reach Regions::reach(const State& state, NodeTime now) const {
  Reach reach;
  reach.closed = view_is_closed(state, now);
  for (const Region& region : regions_) {
    // What a region has that contradicted itself is not known any more: it is as if it were never heard.
    const bool is_trusted = trusted(region, state);
    const bool is_up = is_trusted && up(region, now);
    reach.cut_unlimited |= !is_trusted || (!is_up && !stock_heard(region, state));
    const auto replica = state.replicas().of_region(region.name);
    if (!replica) continue;
    if (has_two_lives(region, now)) add_older(*replica, state.replicas(), reach.cut);
    (is_up ? reach.up : reach.cut).push_back(*replica);
  }
  std::ranges::copy(unnamed(state), std::back_inserter(reach.cut));
  return reach;
}

Supply supply_of(SkuId sku, const State& state, const Reach& reach) {
  Supply supply;
  supply.here = state.stock().available(sku);
  supply.reserved = state.stock().reserved(sku);
  supply.closed = reach.closed;
  supply.cut_unlimited = reach.cut_unlimited;
  for (const ReplicaIx replica : reach.up) {
    const Units rights = std::max(no_units, state.stock().rights(replica, sku));
    const Units reserved = std::min(rights, state.stock().row(replica, sku).reserved);
    supply.reserved += reserved;
    supply.up += rights - reserved;
  }
  for (const ReplicaIx replica : reach.cut)
    supply.cut += std::max(no_units, state.stock().rights(replica, sku));
  return supply;
}

std::vector<ReplicaIx> Regions::unnamed(const State& state) const {
  std::vector<ReplicaIx> found;
  const Replicas& replicas = state.replicas();
  for (std::uint16_t i = 1; i < replicas.size(); ++i) {
    const ReplicaIx ix(i);
    const std::string& name = replicas.id(ix).region;
    if (name != replicas.id(self).region && replicas.of_region(name) == ix && find(name) == nullptr)
      found.push_back(ix);
  }
  return found;
}

std::vector<ReplicaIx> Regions::lost(const State& state, NodeTime now) const {
  const auto is_lost = [&](ReplicaIx ix) {
    const ReplicaId& id = state.replicas().id(ix);
    const Region* const region = find(id.region);
    if (region != nullptr && has_two_lives(*region, now)) return false;
    return state.replicas().of_region(id.region) != ix || (region != nullptr && is_past(*region, id, state));
  };
  std::vector<ReplicaIx> found;
  for (std::uint16_t i = 1; i < state.replicas().size(); ++i)
    if (const ReplicaIx ix(i); state.stock().held(ix).skus > 0 && is_lost(ix)) found.push_back(ix);
  return found;
}

std::optional<NodeTime> Regions::oldest_heard(const State& state) const {
  std::optional<NodeTime> oldest;
  for (const Region& region : regions_)
    if (ever_heard(region, state)) {
      const NodeTime heard = region.last_heard().value_or(booted_);
      oldest = std::min(oldest.value_or(heard), heard);
    }
  return oldest;
}

}  // namespace holdfast
