// SendQueue: frames that wait for a socket, within a bound.
//
// What does not fit is dropped and counted: every message between regions may be lost. A heartbeat takes the
// place of one that still waits, so that a stalled peer does not get a minute's worth of them at once.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "core/message.h"

namespace holdfast::net {

class SendQueue {
 public:
  explicit SendQueue(std::size_t bytes_max = std::size_t{8} << 20) : bytes_max_(bytes_max) {}

  void push(const Message& message);
  void push_framed(const Bytes& frame);

  [[nodiscard]] bool empty() const { return waiting_.empty() && heartbeat_.empty(); }
  // All that waits, as one buffer; the queue is empty afterwards.
  [[nodiscard]] Bytes take();
  [[nodiscard]] std::uint64_t dropped() const { return dropped_; }

 private:
  std::size_t bytes_max_;
  Bytes waiting_;
  Bytes heartbeat_;  // at most one
  std::uint64_t dropped_ = 0;
};

}  // namespace holdfast::net
