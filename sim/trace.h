// Trace: what happened in a run, as one number that two runs of one seed must share, and as lines for people.
//
// Every event is mixed into the hash. Lines are made only by a run that will be read: a failing seed is run
// again with lines on. Each is written as it happens, so that they are there when a promise breaks and the
// process ends. Owner: the world.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>

#include "sim/time.h"

namespace holdfast::sim {

class Trace {
 public:
  // Lines go there; nullptr: none are made.
  explicit Trace(std::FILE* lines = nullptr) : lines_(lines) {}

  void mix(std::uint64_t event) {
    hash_ = (hash_ ^ event) * 0x9fb21c651e98df25;
    hash_ ^= hash_ >> 29;
  }
  [[nodiscard]] std::uint64_t hash() const { return hash_; }

  // Whether it is worth making a line's text.
  [[nodiscard]] bool has_lines() const { return lines_ != nullptr; }
  // "seconds  who  what"; `who`: a region's name, or "world".
  void line(SimTime at, const std::string& who, const std::string& what);

 private:
  std::FILE* lines_;
  std::uint64_t hash_ = 0x243f6a8885a308d3;
};

}  // namespace holdfast::sim
