// SendQueue: frames that wait for a socket, within a bound.
//
// What does not fit is dropped and counted: every message between regions may be lost. A heartbeat takes the
// place of one that still waits, unless it only repeats that, so that a stalled peer does not get a minute's
// worth of them at once; and frames are given out in parcels, so that on a slow link a heartbeat waits for
// one parcel, not for them all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>

#include "base/bytes.h"
#include "core/message.h"

namespace holdfast::net {

class SendQueue {
 public:
  static constexpr std::size_t parcel_bytes = std::size_t{16} << 10;  // a parcel is full from here on

  explicit SendQueue(std::size_t bytes_max = std::size_t{8} << 20) : bytes_max_(bytes_max) {}

  void push(const Message& message);
  void push_framed(const Bytes& frame);
  // Nothing of what waits will be sent.
  void clear();

  [[nodiscard]] bool empty() const { return parcels_.empty() && heartbeat_.empty(); }
  // The next whole frames to write.
  [[nodiscard]] Bytes take();
  [[nodiscard]] std::uint64_t frames_taken() const { return frames_taken_; }
  [[nodiscard]] std::uint64_t frames_dropped() const { return frames_dropped_; }

 private:
  struct Parcel {
    Bytes bytes;
    std::uint64_t frames = 0;
  };
  [[nodiscard]] Parcel& open_parcel();

  std::size_t bytes_max_;
  std::size_t bytes_ = 0;  // in parcels_
  std::deque<Parcel> parcels_;
  Bytes heartbeat_;  // at most one
  std::uint64_t frames_taken_ = 0;
  std::uint64_t frames_dropped_ = 0;
};

}  // namespace holdfast::net
