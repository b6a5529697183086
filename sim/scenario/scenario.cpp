#include "sim/scenario/scenario.h"

#include <algorithm>

namespace holdfast::sim {

Micros Scenario::patience() const {
  if (ready_to_wait) return *ready_to_wait;
  constexpr Micros no_way = std::chrono::hours(1);
  auto trips = round_trips;
  for (const auto& cut : cuts)
    if (cut.from == SimTime{} && !cut.to)
      for (const auto& [a, b] : cut.pairs) trips[a][b] = trips[b][a] = no_way;
  Micros longest{0};
  for (std::size_t a = 0; a < regions.size(); ++a)
    for (std::size_t b = 0; b < regions.size(); ++b) {
      auto shortest = trips[a][b];
      for (std::size_t via = 0; shortest == no_way && via < regions.size(); ++via)
        if (trips[a][via] < no_way && trips[via][b] < no_way && via != a && via != b)
          shortest = trips[a][via] + trips[via][b];
      if (a != b && shortest < no_way) longest = std::max(longest, shortest);
    }
  return longest * 2;
}

}  // namespace holdfast::sim
