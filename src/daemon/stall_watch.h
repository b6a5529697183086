// StallWatch: how long the loop stood still. A timer is due each tenth of a second; how late it comes is how
// long everyone else waited too, for a step, a table, or the machine itself.
//
// Owner: Daemon::Running. Threads: the loop's.
#pragma once

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <utility>

#include "base/time.h"

namespace holdfast {

class StallWatch {
 public:
  static constexpr Millis told_from{200};  // what an operator should know of

  explicit StallWatch(boost::asio::io_context& io) : timer_(io) {}

  void start();
  void stop() { timer_.cancel(); }

  // The longest that it stood still since this was last asked.
  [[nodiscard]] Millis take_longest() {
    taken_before_ = std::exchange(taken_, std::exchange(longest_, Millis(0)));
    return taken_;
  }
  // Whether something else took so long for that alone: in a process that is stopped all does. By what was
  // taken last, and before.
  [[nodiscard]] bool explains(Millis wait) const {
    return wait < std::max(taken_, taken_before_) + told_from;
  }
  // How often it stood still for `told_from` or longer.
  [[nodiscard]] std::uint64_t stalls() const { return stalls_; }

 private:
  static constexpr Millis period{100};

  void wait();

  boost::asio::steady_timer timer_;
  Millis longest_{0};
  Millis taken_{0};
  Millis taken_before_{0};
  std::uint64_t stalls_ = 0;
};

}  // namespace holdfast
