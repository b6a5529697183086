// What passed over links, as plain values: for the metrics page. They only grow.
#pragma once

#include <cstdint>

namespace holdfast::net {

// Of one link, or of all that there ever were.
struct Traffic {
  std::uint64_t frames_in = 0;
  std::uint64_t frames_out = 0;
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
  std::uint64_t frames_dropped = 0;  // the queue towards the peer was full

  Traffic& operator+=(const Traffic& other) {
    frames_in += other.frames_in;
    frames_out += other.frames_out;
    bytes_in += other.bytes_in;
    bytes_out += other.bytes_out;
    frames_dropped += other.frames_dropped;
    return *this;
  }
};

struct Counters {
  Traffic traffic;
  std::uint64_t refused = 0;     // connections that ended before they were a link: strangers, wrong clusters
  std::uint64_t reconnects = 0;  // links to a region that had been linked before
};

}  // namespace holdfast::net
