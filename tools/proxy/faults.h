// Faults: what a link does to the bytes that pass it. A value; what follows from it is in lane.h.
//
//   stall   nothing is read or delivered, and nothing is lost: the senders' buffers fill up
//   cut     bytes vanish, closing too; once it is healed, who lost bytes is reset, as TCP would have it
#pragma once

#include <chrono>
#include <cstdint>

namespace holdfast::proxy {

// Up: from who dialled to the target. Down: back.
enum class Direction : std::uint8_t { up, down };
enum class Sides : std::uint8_t { none, up, down, both };

[[nodiscard]] constexpr bool includes(Sides sides, Direction direction) {
  return sides == Sides::both || sides == (direction == Direction::up ? Sides::up : Sides::down);
}

// Since any fixed moment: the model asks for no clock.
using Time = std::chrono::microseconds;

struct Faults {
  std::chrono::milliseconds delay{0};
  std::chrono::milliseconds jitter{0};  // up to so much more, drawn anew for what is read at once
  Sides stall = Sides::none;
  Sides cut = Sides::none;
  std::uint64_t throttle_bytes_per_s = 0;  // in each direction; 0: none
  std::uint64_t flip_one_byte_in = 0;      // each byte has one chance in so many to lose a bit; 0: none
  bool operator==(const Faults&) const = default;
};

}  // namespace holdfast::proxy
