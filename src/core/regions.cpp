#include "core/regions.h"

#include <algorithm>

namespace holdfast {

namespace {

bool covers(const State& state, const ReplicaId& replica, Version version) {
  if (version == Version{}) return true;
  const auto ix = state.replicas().find(replica);
  return ix && state.replicas().version(*ix) >= version;
}

}  // namespace

Regions::Regions(const CoreConfig& config) : cut_off_after_(config.cut_off_after) {
  for (const std::string& name : config.peers) regions_.push_back({name, {}, {}, {}, {}, {}, {}});
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

bool Regions::up(const Region& region, NodeTime now) const {
  const auto heard = region.last_heard();
  return heard && *heard + cut_off_after_ >= now;
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
    if (!up(region, now)) continue;
    if (!stock_heard(region, state)) return false;
    for (const auto& [replica, version] : region.stated)
      if (!covers(state, replica, version)) return false;
    if (region.summary && !covers(state, region.summary->replica, region.summary->version)) return false;
  }
  return true;
}

Supply Regions::supply(SkuId sku, const State& state, NodeTime now) const {
  Supply supply;
  supply.here = state.stock().available(sku);
  supply.reserved = state.stock().reserved(sku);
  supply.closed = view_is_closed(state, now);
  for (const Region& region : regions_) {
    const bool is_up = up(region, now);
    supply.cut_unlimited |= !is_up && !stock_heard(region, state);
    const auto replica = state.replicas().of_region(region.name);
    if (!replica) continue;
    const Units rights = std::max(no_units, state.stock().rights(*replica, sku));
    if (!is_up) {
      supply.cut += rights;
      continue;
    }
    const Units reserved = std::min(rights, state.stock().row(*replica, sku).reserved);
    supply.reserved += reserved;
    supply.up += rights - reserved;
  }
  return supply;
}

std::optional<NodeTime> Regions::oldest_heard() const {
  std::optional<NodeTime> oldest;
  for (const Region& region : regions_)
    if (const auto heard = region.last_heard()) oldest = oldest ? std::min(*oldest, *heard) : *heard;
  return oldest;
}

}  // namespace holdfast
