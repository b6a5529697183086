// Forecast: how much of one SKU shoppers here will want, judged by what they tried to buy, met or not.
//
// Two memories of the same attempts: a burst is seen within a second and forgotten within a minute; a habit
// is kept for hours. What is expected is the higher of the two: quick to rise, slow to forget. Integers only.
//
// Demand comes in baskets. The variance of what is wanted in a time t is that of a compound Poisson process,
// rate · t · Σq²/Σq, so that the mean basket as a unit sees it, Σq²/Σq, is all that is kept of their sizes.
#pragma once

#include <cstdint>

#include "base/time.h"
#include "core/meter.h"
#include "core/units.h"

namespace holdfast {

class Forecast {
 public:
  void add(NodeTime now, Units wanted);

  [[nodiscard]] Rate rate(NodeTime now) const;
  [[nodiscard]] NodeTime last_attempt() const { return at_; }
  // The basket that a unit is typically bought in; none before the first attempt.
  [[nodiscard]] Units basket() const { return Units(basket_); }

 private:
  void fade(NodeTime now);

  FadingLevel<10'000> burst_;
  FadingLevel<6 * 3600 * 1000> habit_;
  NodeTime at_{};  // both are of then
  std::int32_t basket_ = 0;
};

}  // namespace holdfast
