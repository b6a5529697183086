// Lane: one direction of one connection, as a function of time and bytes. No sockets, no clock.
//
//   sender --take(), end()--> [ held until due ] --due(), delivered(), ended()--> receiver
//
// The order is kept, and a delay that is lowered holds for what is on its way too. What a lane holds is
// bounded: room() says how much more may be read. The same seed flips the same bytes, however they were cut
// into reads. Owner: Connection.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <span>
#include <vector>

#include "proxy/faults.h"

namespace holdfast::proxy {

inline constexpr std::size_t lane_bytes_max = 4 << 20;
inline constexpr std::size_t throttled_lane_bytes_min = 4 << 10;

// A seeded generator: splitmix64 (Steele, Lea and Flood).
class Draw {
 public:
  explicit constexpr Draw(std::uint64_t seed) : state_(seed) {}
  // From 0 to below - 1.
  constexpr std::uint64_t operator()(std::uint64_t below) {
    state_ += 0x9e3779b97f4a7c15;
    std::uint64_t mixed = (state_ ^ (state_ >> 30)) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
    return (mixed ^ (mixed >> 31)) % below;
  }

 private:
  std::uint64_t state_;
};

enum class End : std::uint8_t { none, closed, reset };

struct Counters {
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
  std::uint64_t bytes_lost = 0;
  std::uint64_t bytes_flipped = 0;
  Counters& operator+=(const Counters& other);
  bool operator==(const Counters&) const = default;
};

// What may go to the receiver now: bytes, or the end, or nothing before `again`.
struct Due {
  std::span<const std::byte> bytes{};  // valid until delivered()
  End end = End::none;
  std::optional<Time> again{};
};

class Lane {
 public:
  Lane(Direction direction, std::uint64_t seed);

  // How much may be read from the sender now. 0: do not read.
  [[nodiscard]] std::size_t room(const Faults& faults) const;
  void take(Time now, std::span<const std::byte> bytes, const Faults& faults);
  void end(Time now, End how, const Faults& faults);

  // Not between a due() that gave bytes and its delivered().
  [[nodiscard]] Due due(Time now, const Faults& faults);
  void delivered(Time now, std::size_t bytes, const Faults& faults);
  void ended();

  // Nothing waits for delivery.
  [[nodiscard]] bool empty() const { return chunks_.empty() && end_ == End::none; }
  // Something vanished in a cut: what follows would make no sense to the receiver.
  [[nodiscard]] bool broken() const { return broken_; }
  [[nodiscard]] const Counters& counters() const { return counters_; }

 private:
  struct Chunk {
    std::vector<std::byte> bytes;
    Time taken;
    Time due;
  };

  [[nodiscard]] Time due_at(Time now, const Faults& faults);
  void flip(std::span<std::byte> bytes, std::uint64_t one_in);
  void lose();
  [[nodiscard]] std::size_t held() const { return held_bytes_ + chunks_.size() * sizeof(Chunk); }

  Direction direction_;
  Draw flips_;
  Draw jitter_;
  std::deque<Chunk> chunks_;
  std::size_t front_delivered_ = 0;  // of the first chunk
  std::size_t held_bytes_ = 0;
  End end_ = End::none;
  Time end_taken_{0};
  Time end_due_{0};
  Time last_due_{0};
  Time free_at_{0};  // when the throttle lets more through
  bool broken_ = false;
  Counters counters_;
};

}  // namespace holdfast::proxy
