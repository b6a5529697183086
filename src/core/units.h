// Units: a count of goods or of rights. 64-bit, and every sum is checked: an overflow is a bug, not a number.
//
// What comes from outside is held to limits.h first, and those limits make an overflow impossible.
#pragma once

#include <compare>
#include <cstdint>

#include "base/assert.h"

namespace holdfast {

class Units {
 public:
  constexpr Units() = default;
  constexpr explicit Units(std::int64_t count) : count_(count) {}
  [[nodiscard]] constexpr std::int64_t count() const { return count_; }
  constexpr auto operator<=>(const Units&) const = default;

  constexpr Units& operator+=(Units other) {
    HF_ASSERT(!__builtin_add_overflow(count_, other.count_, &count_));
    return *this;
  }
  constexpr Units& operator-=(Units other) {
    HF_ASSERT(!__builtin_sub_overflow(count_, other.count_, &count_));
    return *this;
  }
  friend constexpr Units operator+(Units a, Units b) { return a += b; }
  friend constexpr Units operator-(Units a, Units b) { return a -= b; }
  constexpr Units operator-() const { return Units() - *this; }

 private:
  std::int64_t count_ = 0;
};

inline constexpr Units no_units{0};

// A sum over SKUs: wide, since nothing bounds how many of them peers name, with how much of each.
class UnitsSum {
 public:
  constexpr UnitsSum& operator+=(Units units) {
    count_ += units.count();
    return *this;
  }
  constexpr UnitsSum& operator-=(Units units) {
    count_ -= units.count();
    return *this;
  }
  constexpr bool operator==(const UnitsSum&) const = default;
  // What it is, or the nearest of −most and most.
  [[nodiscard]] constexpr Units within(Units most) const {
    if (count_ > most.count()) return most;
    return count_ < -most.count() ? -most : Units(static_cast<std::int64_t>(count_));
  }

 private:
  __extension__ using Wide = __int128;
  Wide count_ = 0;
};

// So much of all as `part` is of `whole`, rounded down. Not negative; `part` is at most `whole`, which is not
// 0.
[[nodiscard]] constexpr Units part_of(Units all, std::int64_t part, std::int64_t whole) {
  __extension__ using Wide = __int128;
  return Units(static_cast<std::int64_t>(static_cast<Wide>(all.count()) * part / whole));
}

}  // namespace holdfast
