// HeapAhead: the pages by which malloc's heap has just grown, made ready before anybody uses them.
//
// malloc takes memory from the system in large steps (M_TOP_PAD), and the system gives none until it is
// touched: each page then takes a microsecond, and five to ten where the host of a virtual machine must find
// it first. While reservations come in that is tens of thousands of pages a second, of which each holds up
// whoever touches it. Here another thread has them made while the loop is at work on those before: in large
// pages, where there are any, which spares the processor walks to them.
//
// It may be too late for a few, or do it for memory that was given back meanwhile: neither does harm, since
// nothing is written. Owner: one thread.
#pragma once

#include <chrono>
#include <cstdint>

namespace holdfast {

class HeapAhead {
 public:
  HeapAhead();

  void look();  // how far the heap reaches now
  // Some pages of what it grew by until the last look; false: all of them are.
  bool make_some_ready();
  // Of late: it will most likely go on.
  [[nodiscard]] bool grows() const;

 private:
  using Clock = std::chrono::steady_clock;

  std::uintptr_t ready_;  // up to here
  std::uintptr_t end_;
  Clock::time_point grew_{};
};

}  // namespace holdfast
