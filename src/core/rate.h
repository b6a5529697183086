// Rate: how much of something in how much time, as an integer: units in 1,000,000 s (eleven and a half days),
// so that what is wanted once a week is still more than nothing. People are shown units in 1000 s.
#pragma once

#include <compare>
#include <cstdint>

#include "base/time.h"

namespace holdfast {

class Rate {
 public:
  constexpr Rate() = default;
  constexpr explicit Rate(std::int64_t per_million_s) : per_million_s_(per_million_s) {}
  [[nodiscard]] constexpr std::int64_t per_million_s() const { return per_million_s_; }
  [[nodiscard]] constexpr std::int64_t per_1000_s() const { return (per_million_s_ + 999) / 1000; }
  constexpr auto operator<=>(const Rate&) const = default;

  friend constexpr Rate operator+(Rate a, Rate b) { return Rate(a.per_million_s_ + b.per_million_s_); }

 private:
  std::int64_t per_million_s_ = 0;
};

inline constexpr Rate no_demand{0};
// Sums over all replicas, and products with a minute of milliseconds, stay in 64 bits.
inline constexpr Rate rate_max{std::int64_t{1} << 46};

}  // namespace holdfast
