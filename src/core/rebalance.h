// Rebalancing: how many rights of a SKU a region should have, whom it asks for more, and what a giver parts
// with.
//
// A pure function of a snapshot, apart from the protocol (asks.h), so that another policy can be put in its
// place. This is a first honest one: cover for the expected demand of a few seconds and its variance, asked
// for before it runs dry and sized to need; scarce stock is shared in proportion to demand. Integers only.
#pragma once

#include <cstdint>
#include <vector>

#include "base/time.h"
#include "core/config.h"
#include "core/ids.h"
#include "core/record.h"
#include "core/units.h"

namespace holdfast {

struct Giver {
  ReplicaIx replica;
  Units available;        // as last heard
  std::int64_t rate = 0;  // its own demand, units per 1000 s
  Millis rtt{0};
};

struct Snapshot {
  Units available;            // here
  Units waiting;              // what waiting shoppers want who were short of it
  Units refused;              // what shoppers wanted of late who would not wait
  std::int64_t rate = 0;      // demand here, units per 1000 s
  std::vector<Giver> givers;  // regions that are up, in a defined order
};

struct PlannedAsk {
  ReplicaIx giver;
  Units quantity;
  record::TransferKind kind = record::TransferKind::urgent;
  bool operator==(const PlannedAsk&) const = default;
};

// What a region should hold for the demand that it expects.
[[nodiscard]] Units cover_for(std::int64_t rate_per_1000_s);

// Whom to ask for how much; nothing: there is enough here, or nobody has any.
[[nodiscard]] std::vector<PlannedAsk> plan_asks(const Snapshot& here, RightsMove move);

// What a giver that has so much available parts with, of what it is asked for.
struct GiverView {
  Units available;
  std::int64_t own_rate = 0;
  std::int64_t asker_rate = 0;
  bool own_shoppers_wait = false;
  bool asker_goes_first =
      false;  // of two regions whose shoppers wait, the one with the smaller name is served
};
[[nodiscard]] Units willing_to_give(const GiverView& giver, record::TransferKind kind, RightsMove move);

}  // namespace holdfast
