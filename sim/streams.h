// Streams: one seed, and from it as many random generators as there are consumers, each by its own name, so
// that a new consumer, or one that draws more, shifts nobody else's draws.
//
// Draws: the shapes of randomness that worlds are made of.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string_view>

#include "base/digest.h"
#include "base/random.h"
#include "sim/time.h"

namespace holdfast::sim {

class Streams {
 public:
  explicit Streams(std::uint64_t seed) : seed_(seed) {}

  [[nodiscard]] std::uint64_t seed() const { return seed_; }
  [[nodiscard]] Random stream(std::string_view name, std::uint64_t number = 0) const {
    return Random(digest(name, seed_).low ^ (number * 0x9e3779b97f4a7c15));
  }
  // A family of streams of its own.
  [[nodiscard]] Streams fork(std::string_view name, std::uint64_t number = 0) const {
    return Streams(stream(name, number)());
  }

 private:
  std::uint64_t seed_;
};

// [0, 1)
[[nodiscard]] inline double fraction(Random& random) {
  return static_cast<double>(random() >> 11) * 0x1.0p-53;
}
[[nodiscard]] inline bool chance(Random& random, double probability) {
  return fraction(random) < probability;
}

// From `lowest` to `highest`, both included.
[[nodiscard]] inline std::int64_t between(Random& random, std::int64_t lowest, std::int64_t highest) {
  return lowest + static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(highest - lowest) + 1));
}
[[nodiscard]] inline Micros between(Random& random, Micros lowest, Micros highest) {
  return Micros(between(random, lowest.count(), highest.count()));
}

// The time until the next of independent events that come `mean` apart on average.
[[nodiscard]] inline Micros exponential(Random& random, Micros mean) {
  return Micros(
      static_cast<std::int64_t>(-std::log1p(-fraction(random)) * static_cast<double>(mean.count())));
}

// Sizes over several orders of magnitude, each as likely: for faults of unknown strength.
[[nodiscard]] inline std::int64_t log_uniform(Random& random, std::int64_t lowest, std::int64_t highest) {
  const double low = std::log(static_cast<double>(lowest));
  const double high = std::log(static_cast<double>(highest) + 1.0);
  return std::clamp(static_cast<std::int64_t>(std::exp(low + (high - low) * fraction(random))), lowest,
                    highest);
}

}  // namespace holdfast::sim
