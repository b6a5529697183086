// Meter: how much of something happens, as a rate that forgets. Integers only, so that it is the same
// everywhere.
//
// An exponentially weighted moving average: what was counted fades with the time constant `tau`. Decay is
// rational, level · tau / (tau + dt), which is never negative, never rises by itself, and needs no powers.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/time.h"
#include "core/rate.h"

namespace holdfast {

class Meter {
 public:
  explicit constexpr Meter(Millis tau = Millis(10'000)) : tau_ms_(static_cast<std::int32_t>(tau.count())) {}

  constexpr void add(NodeTime now, std::int64_t amount) {
    decay(now);
    level_ = std::min(level_max(), level_ + std::min(amount, level_max() / scale) * scale);
  }

  [[nodiscard]] constexpr Rate rate(NodeTime now) const {
    Meter faded = *this;
    faded.decay(now);
    const std::int64_t per_million_s =
        faded.level_ / tau_ms_ * million_s_scaled + faded.level_ % tau_ms_ * million_s_scaled / tau_ms_;
    return std::min(Rate(per_million_s), rate_max);
  }

 private:
  static constexpr std::int64_t scale = 1024;
  static constexpr std::int64_t million_s_scaled = 1'000'000'000 / scale;
  // Times either it stays within 64 bits.
  [[nodiscard]] constexpr std::int64_t level_max() const {
    return std::min(std::int64_t{1} << 43, (std::int64_t{1} << 62) / tau_ms_);
  }

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
