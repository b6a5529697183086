// Backoff: how long to wait before the next dial. Exponential with full jitter, so that regions that lost a
// link together do not come back together.
//
// Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/random.h"
#include "base/time.h"

namespace holdfast::net {

class Backoff {
 public:
  static constexpr Millis first{100};
  static constexpr Millis longest{5'000};

  explicit Backoff(std::uint64_t seed) : random_(seed) {}

  [[nodiscard]] Millis next() {
    const Millis ceiling = ceiling_;
    ceiling_ = std::min(ceiling_ * 2, longest);
    return Millis(1 + static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(ceiling.count()))));
  }
  // A link has held for a while: what comes next is a new trouble.
  void reset() { ceiling_ = first; }

 private:
  Random random_;
  Millis ceiling_ = first;
};

}  // namespace holdfast::net
