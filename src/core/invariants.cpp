#include "core/invariants.h"

#include <algorithm>
#include <vector>

#include "base/assert.h"
#include "core/recount.h"
#include "core/state_hash.h"

namespace holdfast {

namespace {

// I1: own rights ≥ reserved ≥ 0, from this replica's own view.
void check_rights(const Stock& stock, SkuId sku) {
  HF_ASSERT(stock.reserved(sku) >= no_units);
  HF_ASSERT(stock.rights(sku) >= stock.reserved(sku));
}

// I5: what is reserved is what pending reservations hold, and nothing that has ended is among them.
void check_reservations(const State& state) {
  std::vector<Units> held(state.stock().size());
  state.reservations().check_held(state.next_seq(), held);
  UnitsSum total;
  for (std::uint32_t sku = 0; sku < state.stock().size(); ++sku) {
    HF_ASSERT(state.stock().reserved(SkuId(sku)) == held[sku]);
    total += held[sku];
  }
  HF_ASSERT(total == state.stock().reserved_total(self));
}

// I8, first half: every row stands in version order, once, and no two of a replica share a version.
void check_version_order(const Stock& stock, ReplicaIx replica) {
  std::size_t linked = 0;
  Version before;
  for (auto sku = stock.oldest(replica); sku; sku = stock.newer(replica, *sku)) {
    HF_ASSERT(stock.row(replica, *sku).version > before);
    before = stock.row(replica, *sku).version;
    ++linked;
  }
  HF_ASSERT(linked == stock.rows_total(replica));
}

// I3: nothing of ours is newer than what we counted.
void check_own_version(const State& state) {
  const auto newest = state.stock().newest(self);
  HF_ASSERT(!newest || state.stock().row(self, *newest).version <= state.replicas().version(self));
}

void check_caps_and_totals(const Stock& stock, ReplicaIx replica) {
  UnitsSum total;
  Held held;
  for (std::uint32_t sku = 0; sku < stock.size(); ++sku) {
    HF_ASSERT(within_caps(stock.row(replica, SkuId(sku))));
    HF_ASSERT(sent_to(stock.row(replica, SkuId(sku)), replica) == no_units);
    const Units rights = stock.rights(replica, SkuId(sku));
    total += rights;
    held.units += std::max(no_units, rights);
    held.skus += rights > no_units;
  }
  HF_ASSERT(total == stock.rights_total(replica));
  HF_ASSERT(replica == self || held == stock.held(replica));
}

}  // namespace

void check_promises(const State& state) {
  for (std::uint32_t sku = 0; sku < state.stock().size(); ++sku) {
    HF_ASSERT(state.stock().rights(SkuId(sku)) == state.stock().rights(self, SkuId(sku)));
    check_rights(state.stock(), SkuId(sku));
  }
  check_reservations(state);
  check_own_version(state);
  for (std::uint16_t replica = 0; replica < state.stock().replicas(); ++replica) {
    check_version_order(state.stock(), ReplicaIx(replica));
    check_caps_and_totals(state.stock(), ReplicaIx(replica));
  }
}

void check_kept(const State& state) {
  state.reservations().check_ids();
  HF_ASSERT(state.stock().state_hash() == state_hash(state.stock()));
  HF_ASSERT(state.stock().oversold() == oversold_units(state));
  std::size_t in_demand = 0;
  for (std::uint32_t sku = 0; sku < state.stock().size(); ++sku) {
    bool stated = false;
    for (std::uint16_t replica = 0; replica < state.stock().replicas(); ++replica)
      stated = stated || state.stock().row(ReplicaIx(replica), SkuId(sku)).rate > 0;
    HF_ASSERT(!stated || state.stock().is_in_demand(SkuId(sku)));
    in_demand += state.stock().is_in_demand(SkuId(sku));
  }
  HF_ASSERT(in_demand == state.stock().in_demand().size());
}

void check_invariants(const State& state) {
  check_promises(state);
  check_kept(state);
}

// Rows from peers only add to what is here, and need no look.
void check_changed(const State& state, const Record& record) {
  for (const RowChange& change : record.rows) {
    check_rights(state.stock(), change.sku);
    HF_ASSERT(change.version <= state.replicas().version(self));
  }
}

}  // namespace holdfast
