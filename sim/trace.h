// Trace: what happened in a run, as one number that two runs of one seed must share, and as lines for people.
//
// Every event is mixed into the hash. Lines are made only by a run that will be read (a failing seed is run
// again with lines on), and of each region only the last ones are kept, unless they are printed as they come.
// Owner: the world.
#pragma once

#include <cstdint>
#include <cstdio>
#include <deque>
#include <string>
#include <vector>

#include "sim/time.h"

namespace holdfast::sim {

class Trace {
 public:
  enum class Lines { none, last, print };

  explicit Trace(Lines lines = Lines::none) : lines_(lines) {}

  void mix(std::uint64_t event) {
    hash_ = (hash_ ^ event) * 0x9fb21c651e98df25;
    hash_ ^= hash_ >> 29;
  }
  [[nodiscard]] std::uint64_t hash() const { return hash_; }

  // Whether it is worth making a line's text.
  [[nodiscard]] bool has_lines() const { return lines_ != Lines::none; }
  // `who`: a region's name, or "world".
  void line(SimTime at, const std::string& who, const std::string& what);

  // The last lines of everyone, in the order in which they happened.
  void print_last(std::FILE* to) const;

 private:
  struct Line {
    SimTime at;
    std::uint64_t number;
    std::string who;
    std::string what;
  };
  static constexpr std::size_t kept_each = 60;
  static void print(std::FILE* to, const Line& line);

  Lines lines_;
  std::uint64_t hash_ = 0x243f6a8885a308d3;
  std::uint64_t lines_made_ = 0;
  std::vector<std::pair<std::string, std::deque<Line>>> kept_;
};

}  // namespace holdfast::sim
