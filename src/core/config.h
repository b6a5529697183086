// What the core is told about the world when it starts, and what never changes while it runs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"
#include "core/ids.h"

namespace holdfast {

enum class RightsMove : std::uint8_t {
  automatic,    // for waiting shoppers, and ahead of demand
  urgent_only,  // only for waiting shoppers
  off,
};

struct CoreConfig {
  std::string cluster;
  ReplicaId own;
  std::uint64_t hash_seed = 0;     // kept with the ledger: digests are stored
  std::vector<std::string> peers;  // the other regions, as configured
  Millis heartbeat{400};
  Millis cut_off_after{1500};  // a region that was not heard for so long is cut off
  RightsMove move = RightsMove::automatic;
};

}  // namespace holdfast
