#include "core/readings.h"

#include <algorithm>

#include "core/views.h"

namespace holdfast {

namespace {

Readings::Region read_own(const State& state, const std::string& name) {
  const Stock& stock = state.stock();
  return {.name = name,
          .is_self = true,
          .up = true,
          .rights = told_sum(stock.rights_total(self)),
          .reserved = told_sum(stock.reserved_total(self))};
}

Readings::Region read_region(const State& state, const Memory& memory, const Region& region, NodeTime now) {
  Readings::Region read{.name = region.name, .up = memory.regions.up(region, now), .has_all = false};
  if (const auto heard = region.last_heard()) read.heard_ago = std::max(Millis(0), now - *heard);
  const auto replica = state.replicas().of_region(region.name);
  if (!replica) return read;
  read.rights = std::max(no_units, told_sum(state.stock().rights_total(*replica)));
  read.reserved = told_sum(state.stock().reserved_total(*replica));
  const auto stated = region.stated.find(state.replicas().id(self));
  read.has_all = stated != region.stated.end() && stated->second >= state.replicas().version(self);
  return read;
}

}  // namespace

Readings take_readings(const State& state, const Memory& memory, const std::string& own_region,
                       NodeTime now) {
  Readings readings;
  readings.pending_reservations = state.reservations().size();
  if (const auto first = state.reservations().first_to_expire())
    readings.expiry_lag = std::max(Millis(0), now - first->at);
  readings.audit_mismatches = memory.audited.mismatches;
  readings.transfers = memory.transfers;
  readings.regions.push_back(read_own(state, own_region));
  for (const Region& region : memory.regions.all())
    readings.regions.push_back(read_region(state, memory, region, now));
  for (const ReplicaIx replica : memory.regions.lost(state, now))
    for (Readings::Region& region : readings.regions)
      if (region.name == state.replicas().id(replica).region)
        region.lost += told_sum(state.stock().held(replica).units);
  return readings;
}

}  // namespace holdfast
