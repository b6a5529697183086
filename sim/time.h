// Virtual time: microseconds since the world began. It passes only as the event queue is run, and nothing in
// this folder reads a clock.
#pragma once

#include <chrono>

#include "base/time.h"

namespace holdfast::sim {

using Micros = std::chrono::duration<std::int64_t, std::micro>;
constexpr Micros second{1'000'000};

struct VirtualClock {
  using duration = Micros;
  using rep = Micros::rep;
  using period = Micros::period;
  using time_point = std::chrono::time_point<VirtualClock, Micros>;
  static constexpr bool is_steady = true;
};
using SimTime = VirtualClock::time_point;

[[nodiscard]] constexpr SimTime sim_time(Micros since_start) { return SimTime(since_start); }
[[nodiscard]] constexpr Millis whole_ms(SimTime at) {
  return std::chrono::floor<Millis>(at.time_since_epoch());
}

}  // namespace holdfast::sim
