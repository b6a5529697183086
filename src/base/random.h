// Random: a small generator whose seed is an input, so that the same history has the same effects everywhere.
//
// xoshiro256** seeded by splitmix64 (Blackman and Vigna, https://prng.di.unimi.it). Not for secrets.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace holdfast {

class Random {
 public:
  using result_type = std::uint64_t;

  explicit constexpr Random(std::uint64_t seed) {
    for (auto& word : state_) {
      seed += 0x9e3779b97f4a7c15;
      std::uint64_t mixed = (seed ^ (seed >> 30)) * 0xbf58476d1ce4e5b9;
      mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
      word = mixed ^ (mixed >> 31);
    }
  }

  constexpr std::uint64_t operator()() {
    const std::uint64_t drawn = std::rotl(state_[1] * 5, 7) * 9;
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return drawn;
  }

  // From 0 to below - 1; below must not be 0. The bias of the modulo is below 2^-32 for what we draw.
  constexpr std::uint64_t below(std::uint64_t below) { return (*this)() % below; }
  constexpr bool one_in(std::uint64_t n) { return below(n) == 0; }

  // A generator of its own, so that drawing more here changes nothing there.
  constexpr Random fork() { return Random((*this)()); }

  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return ~result_type{0}; }

 private:
  std::array<std::uint64_t, 4> state_{};
};

}  // namespace holdfast
