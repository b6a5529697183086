// Readings: what an operator's instruments show of a replica, read at any moment without a step.
//
// They are of memory as it is, which may be ahead of the disk: nobody may take them for a promise.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "core/memory.h"
#include "core/state.h"
#include "core/transfers.h"
#include "core/units.h"

namespace holdfast {

struct Readings {
  struct Region {
    std::string name;
    bool is_self = false;
    bool up = false;
    std::optional<Millis> heard_ago{};  // of others; none: never, in this boot
    Units rights{};                     // of others as last heard, as the next
    Units reserved{};
    bool has_all = true;  // that this region has, by its own word
    Units lost{};         // rights of its older incarnations, which nobody can sell
  };
  std::uint64_t pending_reservations = 0;
  Millis expiry_lag{0};  // how long the oldest reservation that should have expired is overdue
  std::uint64_t audit_mismatches = 0;
  Transfers transfers;
  std::vector<Region> regions;  // this one first, then as configured
};

[[nodiscard]] Readings take_readings(const State& state, const Memory& memory, const std::string& own_region,
                                     NodeTime now);

}  // namespace holdfast
