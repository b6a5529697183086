// Plan: what a seed makes of the swarm's world: how far apart its regions are, what they sell, which faults
// happen and how often. Every seed draws other faults, and other strengths, so that some worlds are nearly
// whole and some are hardly ever up (swarm testing: Groce et al., ISSTA 2012).
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "core/config.h"
#include "node/node.h"
#include "sim/network.h"
#include "sim/region.h"
#include "sim/streams.h"

namespace holdfast::sim {

// Kinds of fault that a plan may be made without, to see which of them a failure needs.
enum class FaultKind : std::uint8_t {
  cuts,
  wire,
  kills,
  power,
  disk,
  full,
  clocks,
  pauses,
  sqlite,
  rot,
  copies,
  lies,
  count_  // last; each kind's number is its stream: a new one goes before this, after all others
};
inline constexpr std::size_t fault_kinds = static_cast<std::size_t>(FaultKind::count_);
[[nodiscard]] const char* name(FaultKind kind);

// How often something happens; 0: never.
struct Every {
  Micros mean{0};
  [[nodiscard]] bool on() const { return mean > Micros(0); }
};

struct Plan {
  std::size_t regions = 3;
  Micros round_trip_min{0};
  Micros round_trip_max{0};
  Millis safety{0};  // how long anything may break
  // The node
  Millis heartbeat{400};
  Millis cut_off_after{1'500};
  RightsMove move = RightsMove::automatic;
  node::NodeLimits limits;
  DiskSpeed disk;
  LedgerKind ledger = LedgerKind::memory;
  bool one_side_dials = false;
  // The shop
  std::size_t skus = 1;
  std::int64_t stock = 100;  // of all SKUs together, to begin with
  std::int64_t pack = 1;     // units come and go by so many at a time: counts that 32 bits do not hold
  bool stock_in_one_region = false;
  Micros between_attempts{50'000};
  int skew = 1;  // how much more is wanted in the first region than in the last
  std::int64_t quantity_max = 3;
  std::size_t lines_max = 3;
  Millis ttl_max{30'000};
  double waits = 0;     // the share of shoppers who wait
  Every back_office{};  // deliveries, counts, imports, moves by hand
  // Faults
  Every cuts{};
  Micros cut_max{0};
  double one_way = 0;
  WireFaults wire;
  Every lies{};
  Every kills{};
  Every power_cuts{};
  double kill_at_append = 0;
  Micros down_max{0};
  Every pauses{};
  Micros pause_max{0};
  Every full_disks{};
  Every failing_disks{};
  double disk_stays_broken = 0;  // of those that fail
  Every rots{};
  Every old_copies{};
  Micros copy_age_max{0};
  Every clock_jumps{};
};

[[nodiscard]] inline std::string sku_name(std::size_t number) { return "sku-" + std::to_string(number); }

// What is left out or made smaller than the seed says.
struct Restriction {
  std::set<FaultKind> without;
  int duration_percent = 100;
};

[[nodiscard]] Plan draw_plan(const Streams& streams, const Restriction& restriction);
[[nodiscard]] std::string in_words(const Plan& plan);

}  // namespace holdfast::sim
