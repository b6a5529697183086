// What the core is told about the world when it starts. All but the tunables stays as it is while it runs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"
#include "core/ids.h"
#include "core/levers.h"

namespace holdfast {

// May change from one step to the next (input::Configured): nothing durable rests on them.
struct Tunables {
  Millis heartbeat{400};
  Millis cut_off_after{1500};  // a region that was not heard for so long is cut off
  Levers levers;               // what an operator decides about rights
};

struct CoreConfig {
  std::string cluster;
  ReplicaId own;
  std::uint64_t hash_seed = 0;     // kept with the ledger: digests are stored
  std::vector<std::string> peers;  // the other regions, as configured
  Millis heartbeat = Tunables().heartbeat;
  Millis cut_off_after = Tunables().cut_off_after;
  Levers levers;

  void take(const Tunables& tunables) {
    heartbeat = tunables.heartbeat;
    cut_off_after = tunables.cut_off_after;
    levers = tunables.levers;
  }
};

}  // namespace holdfast
