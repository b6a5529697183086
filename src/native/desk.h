// Desk: what the native gateway needs of the daemon, as functions, so that it can be tested without one.
//
// The daemon fills it in and outlives the gateway. Everything is called on the loop's thread.
#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "core/answer.h"
#include "core/ids.h"
#include "node/ports.h"

namespace holdfast::native {

struct Desk {
  std::function<void(std::span<input::Asked>)> expect;  // they are submitted soon, after others
  // In their order; they are moved from. The answers come through ShopsPort::answer, later or from within.
  std::function<void(std::span<input::Asked>)> submit;
  std::function<void()> go_on;               // all that came together has been submitted
  std::function<void(RequestToken)> cancel;  // nobody is left to hear its answer
  // What is counted for people: attempts to reserve of a call that was answered, and what was refused.
  std::function<void(const Attempts&, std::int64_t now_us, std::int64_t took_us)> count_reservations;
  std::function<void(RefusalCode, std::size_t)> count_refusals;
  std::function<std::int64_t()> now_us;  // of a clock that never goes back
};

}  // namespace holdfast::native
