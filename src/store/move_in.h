// Moving in: what the shop has in stock becomes rights, and its open rows become reservations, once and only
// once, however often it is begun, and wherever it is killed.
//
//   intents ──one transaction of the store──> open ──asked of the daemon, under a key of its own──> done
//                                               └────────────────────────────────────────────────> refused
//
// What is to be asked is written down in the store before anything is: the units of each product, each open
// row, and where the region's events end, so that the follower goes on from there. Each is then asked for
// under a key that says what it is of (store-product-17), or as the reservation store-17. Whoever is killed
// between the answer and writing it down asks again, and is told the same. A daemon remembers keys for a day,
// so a move that has lain open for longer is not taken up again: it says so. Nor is one into another daemon,
// or the stock of a store that is followed already, or that the daemon has from another store.
//
// The shop's rows before the move get its word for whose they are: store-<row>.
#pragma once

#include <map>

#include "store/plan.h"
#include "store/region.h"

namespace holdfast::store {

struct MoveOptions {
  std::int64_t pending_ttl_seconds = 14'400;
  std::int64_t now_seconds = 0;  // since 1970
};

struct Moved {
  std::int64_t products = 0, units = 0, rows = 0;  // in all, also by earlier runs
  std::map<std::string, std::int64_t> refused;     // by the code of why
};

// Else why it stopped: it can be run again.
[[nodiscard]] Result<Moved, std::string> move_in(StoreDatabase& store, const Schema& schema, Region& home,
                                                 const MoveOptions& options);

}  // namespace holdfast::store
