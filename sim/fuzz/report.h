// What a fuzz run prints: the figures of many seeds, and the story of one that failed.
#pragma once

#include <set>
#include <string>

#include "sim/fuzz/workers.h"

namespace holdfast::sim {

// Sums over the seeds of a run, and whether they reached what a run must reach.
class Tally {
 public:
  void add(const Life& life);
  [[nodiscard]] std::uint64_t seeds() const { return passed_.size(); }
  [[nodiscard]] const std::set<std::uint64_t>& passed() const { return passed_; }

  void print(double wall_seconds, std::size_t jobs) const;
  // Of a run that is large enough to reach everything: false if something never fired, or the seeds did too
  // little on average; says what.
  [[nodiscard]] bool reached_enough() const;
  void print_reached() const;

 private:
  // Of those whose ledgers are of one kind.
  struct Speed {
    std::uint64_t seeds = 0;
    double simulated_seconds = 0;
    double wall_seconds = 0;  // of the processes together
    void print(const char* kind) const;
  };

  std::set<std::uint64_t> passed_;
  SwarmStats stats_;
  Speed memory_;
  Speed sqlite_;
  Reached reached_;
  std::uint64_t trace_hash_ = 0;  // of all together, whatever their order
};

// The oracle that was violated, in words, and the last of what happened in each region before it.
void print_failure(std::uint64_t seed, const Restriction& restriction);
// What was left out, as it is typed; empty: nothing.
[[nodiscard]] std::string options_text(const Restriction& restriction);
[[nodiscard]] std::string replay_command(std::uint64_t seed, const Restriction& restriction);

}  // namespace holdfast::sim
