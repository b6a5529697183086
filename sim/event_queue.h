// EventQueue: what will happen, in the order in which it will. The only thing that makes virtual time pass.
//
// Events at one time happen in the order in which they were put in, so that a run depends on nothing but its
// seed. An event cannot be taken back: whoever might change their mind looks, when it comes, whether it still
// counts. Owner: the world. Threads: one.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "sim/time.h"

namespace holdfast::sim {

class EventQueue {
 public:
  using Action = std::move_only_function<void()>;

  [[nodiscard]] SimTime now() const { return now_; }
  [[nodiscard]] bool empty() const { return heap_.empty(); }
  [[nodiscard]] std::uint64_t events_done() const { return done_; }

  // Not in the past: what should have happened already happens now.
  void at(SimTime time, Action action);
  void after(Micros delay, Action action) { at(now_ + delay, std::move(action)); }

  // False: nothing is left.
  bool run_next();
  // The next event, if it comes by `end`; false: none does, and now() is `end`.
  bool run_next_until(SimTime end);
  // Everything up to and including `end`, which is what now() is afterwards.
  void run_until(SimTime end);

 private:
  // The actions stand apart, so that sifting moves small things only.
  struct Entry {
    SimTime at;
    std::uint64_t sequence;
    std::uint32_t slot;
  };
  static bool later(const Entry& a, const Entry& b) {
    return a.at != b.at ? a.at > b.at : a.sequence > b.sequence;
  }

  SimTime now_{};
  std::uint64_t next_sequence_ = 0;
  std::uint64_t done_ = 0;
  std::vector<Entry> heap_;
  std::vector<Action> actions_;
  std::vector<std::uint32_t> free_slots_;
};

}  // namespace holdfast::sim
