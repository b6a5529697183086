// Every way in which a few bytes can be damaged, one at a time.
#pragma once

#include "base/bytes.h"

namespace holdfast::wire {

template <class Try>
void for_every_truncation(BytesView bytes, Try attempt) {
  for (std::size_t size = 0; size < bytes.size(); ++size) attempt(bytes.first(size));
}

template <class Try>
void for_every_flipped_bit(const Bytes& bytes, Try attempt) {
  Bytes damaged = bytes;
  for (std::size_t bit = 0; bit < damaged.size() * 8; ++bit) {
    const auto mask = static_cast<std::byte>(1u << (bit % 8));
    damaged[bit / 8] ^= mask;
    attempt(damaged);
    damaged[bit / 8] ^= mask;
  }
}

}  // namespace holdfast::wire
