// Paths: how long a message takes from one region to another, and whether it gets there at all.
//
//   round trips (published, or made up) --half, jitter--> one-way delays;   cuts, per direction
//
// Direction by direction: a cut from A to B leaves B to A as it is. What travels when a cut begins still
// arrives. Policies that are models of their own stand on this alone; Network puts connections on it. Owner:
// the world.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/streams.h"
#include "sim/time.h"

namespace holdfast::sim {

inline constexpr std::size_t regions_max = 64;
inline constexpr std::size_t published_regions = 9;

using RoundTrips = std::vector<std::vector<Micros>>;  // [from][to]

class Paths {
 public:
  // `jitter`: how far a delay strays from half the round trip, as a share of it.
  Paths(std::vector<std::string> regions, RoundTrips round_trips, double jitter, Random random);

  [[nodiscard]] std::size_t size() const { return regions_.size(); }
  [[nodiscard]] const std::string& region(std::size_t at) const { return regions_[at]; }

  [[nodiscard]] Micros round_trip(std::size_t from, std::size_t to) const { return round_trips_[from][to]; }
  // Drawn anew for each message.
  [[nodiscard]] Micros delay(std::size_t from, std::size_t to);

  // No message takes less.
  [[nodiscard]] Micros soonest(std::size_t from, std::size_t to) const;

  [[nodiscard]] bool cut(std::size_t from, std::size_t to) const { return cut_[from][to]; }
  void set_cut(std::size_t from, std::size_t to, bool cut);
  void set_cut_both(std::size_t a, std::size_t b, bool cut);
  // Told of each direction that is whole again: what waited for it goes on.
  void on_healed(std::function<void(std::size_t from, std::size_t to)> healed) {
    healed_ = std::move(healed);
  }

 private:
  std::vector<std::string> regions_;
  RoundTrips round_trips_;
  double jitter_;
  Random random_;
  std::vector<std::vector<bool>> cut_;
  std::function<void(std::size_t, std::size_t)> healed_;
};

// [from][to]: how soon word can be there at the earliest, over whichever regions, be they cut off or not.
[[nodiscard]] std::vector<std::vector<Micros>> soonest_ways(const Paths& paths);

// Round trips between regions of a public cloud (published averages, 2017), by their short names:
//   NVA NCA ORE IRE FRA TYO SIN SYD GRU
// Unknown names, pairs that were never published, and more than nine regions are 100 ms apart; within a
// region it is 0.5 ms.
[[nodiscard]] RoundTrips published_round_trips(const std::vector<std::string>& regions);
// Of two of these names that no round trip was published.
[[nodiscard]] bool is_unpublished(std::string_view a, std::string_view b);
[[nodiscard]] RoundTrips equal_round_trips(std::size_t regions, Micros round_trip);

}  // namespace holdfast::sim
