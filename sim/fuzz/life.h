// Life: what one seed's life came to, as plain bytes that pass through a pipe.
#pragma once

#include <cstdint>
#include <type_traits>

#include "sim/swarm/swarm.h"

namespace holdfast::sim {

struct Life {
  std::uint64_t seed = 0;
  bool began = false;  // only that it begins: whoever says no more of it died of it
  bool sound = false;
  std::uint64_t trace_hash = 0;
  double wall_seconds = 0;
  SwarmStats stats;
  Reached reached;
};
static_assert(std::is_trivially_copyable_v<Life>);
static_assert(sizeof(Life) <= 4096, "one write to a pipe is whole up to so much");

// Lines go to `lines`, if there is any; violations are written there as well.
[[nodiscard]] Life live_through(std::uint64_t seed, const Restriction& restriction, std::FILE* lines);

}  // namespace holdfast::sim
