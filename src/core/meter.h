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

// The level alone: whoever holds it knows of when it is.
template <std::int64_t tau_ms>
class FadingLevel {
 public:
  constexpr void fade(Millis passed) { level_ = level_ * tau_ms / (tau_ms + passed.count()); }
  // As fade(tau), so many times.
  constexpr void halve(std::int64_t times) { level_ >>= std::min<std::int64_t>(times, 63); }
  constexpr void add(std::int64_t amount) {
    level_ = std::min(level_max, level_ + std::min(amount, level_max / scale) * scale);
  }
  [[nodiscard]] constexpr Rate rate() const {
    const std::int64_t per_million_s =
        level_ / tau_ms * million_s_scaled + level_ % tau_ms * million_s_scaled / tau_ms;
    return std::min(Rate(per_million_s), rate_max);
  }

 private:
  static constexpr std::int64_t scale = 1024;
  static constexpr std::int64_t million_s_scaled = 1'000'000'000 / scale;
  // Times either it stays within 64 bits.
  static constexpr std::int64_t level_max = std::min(std::int64_t{1} << 43, (std::int64_t{1} << 62) / tau_ms);

  std::int64_t level_ = 0;
};

class Meter {
 public:
  constexpr void add(NodeTime now, std::int64_t amount) {
    fade(now);
    level_.add(amount);
  }
  [[nodiscard]] constexpr Rate rate(NodeTime now) const {
    Meter faded = *this;
    faded.fade(now);
    return faded.level_.rate();
  }

 private:
  static constexpr Millis tau{10'000};

  constexpr void fade(NodeTime now) {
    if (now <= at_) return;
    const Millis silence = now - at_;
    // One step over all of a long silence would leave a seventh after a minute, and a fiftieth after ten.
    level_.halve(silence / tau);
    level_.fade(silence % tau);
    at_ = now;
  }

  FadingLevel<tau.count()> level_;
  NodeTime at_{};
};

}  // namespace holdfast
