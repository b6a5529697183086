// What a fuzz run prints: the figures of many seeds, and the story of one that failed.
#pragma once

#include <string>

#include "sim/fuzz/workers.h"

namespace holdfast::sim {

// Sums over the seeds of a run, and whether they reached what a run must reach.
class Tally {
 public:
  void add(const Result& result);
  [[nodiscard]] std::uint64_t seeds() const { return seeds_; }

  void print(double wall_seconds, std::size_t jobs) const;
  // Of a run that is large enough to reach everything: false if something never fired, or the seeds did too
  // little on average; says what.
  [[nodiscard]] bool reached_enough() const;
  void print_reached() const;

 private:
  std::uint64_t seeds_ = 0;
  SwarmStats stats_;
  Reached reached_;
  std::uint64_t trace_hash_ = 0;  // of all together, whatever their order
};

// The oracle that was violated, in words, and the last of what happened in each region before it.
void print_failure(std::uint64_t seed, const Restriction& restriction);
[[nodiscard]] std::string replay_command(std::uint64_t seed, const Restriction& restriction);

}  // namespace holdfast::sim
