// Two kinds of time, which never mix. Nothing here reads a clock: clocks live in the daemon and the
// simulator.
//
// NodeTime: milliseconds that a ledger has lived. It decides everything (deadlines, rates) and never goes
// back. WallTime: UTC as people read it. It is shown and recorded, and decides nothing.
#pragma once

#include <chrono>
#include <cstdint>

namespace holdfast {

using Millis = std::chrono::duration<std::int64_t, std::milli>;

struct NodeClock {
  using duration = Millis;
  using rep = Millis::rep;
  using period = Millis::period;
  using time_point = std::chrono::time_point<NodeClock, Millis>;
  static constexpr bool is_steady = true;
};
using NodeTime = NodeClock::time_point;

struct WallClock {
  using duration = Millis;
  using rep = Millis::rep;
  using period = Millis::period;
  using time_point = std::chrono::time_point<WallClock, Millis>;  // since 1970-01-01T00:00:00Z
  static constexpr bool is_steady = false;
};
using WallTime = WallClock::time_point;

// The moment of one step, as its shell read it.
struct Now {
  NodeTime node;
  WallTime wall;
  bool operator==(const Now&) const = default;

  // How a moment of node time, past or to come, is shown to people.
  [[nodiscard]] constexpr WallTime shown(NodeTime at) const { return wall + (at - node); }
};

[[nodiscard]] constexpr NodeTime node_time(std::int64_t ms) { return NodeTime(Millis(ms)); }
[[nodiscard]] constexpr WallTime wall_time(std::int64_t ms) { return WallTime(Millis(ms)); }
template <class Clock>
[[nodiscard]] constexpr std::int64_t ms_of(std::chrono::time_point<Clock, Millis> at) {
  return at.time_since_epoch().count();
}

}  // namespace holdfast
