// Countable: times that a clock can add to now. Who means for ever says the most that a duration can be; a
// year stands for that here. Threads: any.
#pragma once

#include <algorithm>
#include <chrono>

namespace holdfast {

template <class Duration>
[[nodiscard]] constexpr Duration countable(Duration span) {
  return std::min<Duration>(span, std::chrono::hours(24 * 365));
}

}  // namespace holdfast
