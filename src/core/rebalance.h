// Rebalancing: how many rights of a SKU a region should have, whom it asks for more, and what a giver parts
// with.
//
//   cover(t)       expected demand of a time t, and two standard deviations: the safety stock of an (s, S)
//                  policy
//   reorder point  cover(longest round trip + lag): below it, ask
//   order up to    cover(10 s or as the lever says), or where there is not enough for all, its claim
//                  (claims.h)
//   a giver keeps  the same of its own, and the lever's floor; to shoppers who wait it gives whatever is
//                  there beyond the floor
//
// A pure function of a snapshot, apart from the protocol (asks.h), so that another policy can be put in its
// place. Integers only.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "core/ids.h"
#include "core/levers.h"
#include "core/rate.h"
#include "core/record.h"
#include "core/units.h"

namespace holdfast {

// What one region wants of a SKU.
struct Want {
  Rate rate;
  Units basket;  // that a unit is typically bought in
};

// Another region, as last heard. Only regions that are up.
struct Other {
  ReplicaIx replica;
  Units available;
  Rate rate;
  Millis rtt{0};
  bool cannot = false;  // it said a moment ago that it has none to give, and has not more by now
  std::string_view region = {};
  bool spares_none = false;  // for cover; to those who wait it may give
};

struct Snapshot {
  Units available;            // here
  Units waiting;              // what waiting shoppers want who were short of it
  Units spoken_for;           // what all of them need who name it, whether it is here or not
  Units refused;              // the largest that shoppers wanted of late who would not wait
  Units on_its_way;           // asked for, and not yet here
  Want want;                  // here
  Rate demand;                // the same, or what the refused wanted, if that is more
  std::string_view region;    // this one
  std::vector<Other> others;  // in a defined order
};

struct PlannedAsk {
  ReplicaIx giver;
  Units quantity;
  record::TransferKind kind = record::TransferKind::urgent;
  bool operator==(const PlannedAsk&) const = default;
};

// What a region needs to sell on for so long, against the odds of a few deviations more.
[[nodiscard]] Units cover_for(const Want& want, Millis time);

// Whom to ask for how much; nothing: there is enough here, or nobody has any to spare.
[[nodiscard]] std::vector<PlannedAsk> plan_asks(const Snapshot& here, const Lever& lever);

// Below this it is time to look whether to ask.
[[nodiscard]] Units reorder_point(const Want& want, Millis rtt);

// What a giver parts with, of what it is asked for.
struct Asked {
  ReplicaIx asker;
  Rate demand;  // as the ask states it
  record::TransferKind kind = record::TransferKind::urgent;
  Units lacking;  // what it asks for
  // Of two regions whose shoppers wait, the one with the smaller name is served.
  std::string_view region = {};
};
[[nodiscard]] Units willing_to_give(const Snapshot& here, const Asked& asked, const Lever& lever);

}  // namespace holdfast
