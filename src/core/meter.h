// Meter: how much of something happens, as a rate that forgets. Integers only, so that it is the same
// everywhere.
//
// An exponentially weighted moving average: what was counted fades with the time constant `tau`. Decay is
// rational, level · tau / (tau + dt), which is never negative, never rises by itself, and needs no powers.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/time.h"

namespace holdfast {

class Meter {
 public:
  explicit constexpr Meter(Millis tau = Millis(10'000)) : tau_ms_(static_cast<std::int32_t>(tau.count())) {}

  constexpr void add(NodeTime now, std::int64_t amount) {
    decay(now);
    level_ = std::min(level_max, level_ + std::min(amount, level_max / scale) * scale);
  }

  // Per 1000 s.
  [[nodiscard]] constexpr std::int64_t rate(NodeTime now) const {
    Meter faded = *this;
    faded.decay(now);
    return faded.level_ / scale * 1'000'000 / tau_ms_ + faded.level_ % scale * 1'000'000 / tau_ms_ / scale;
  }

 private:
  static constexpr std::int64_t scale = 1024;
  static constexpr std::int64_t level_max = std::int64_t{1} << 46;  // times tau_ms_ it stays within 64 bits

  constexpr void decay(NodeTime now) {
    const std::int64_t passed = ms_of(now) - at_ms_;
    if (passed <= 0) return;
    level_ = level_ * tau_ms_ / (tau_ms_ + passed);
    at_ms_ = ms_of(now);
  }

  std::int64_t level_ = 0;
  std::int64_t at_ms_ = 0;
  std::int32_t tau_ms_;
};

}  // namespace holdfast
