#include "base/digest.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace holdfast {

std::uint64_t checksum(BytesView bytes, std::uint64_t previous) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), previous);
}

Digest digest(std::string_view text, std::uint64_t seed) {
  const XXH128_hash_t hash = XXH3_128bits_withSeed(text.data(), text.size(), seed);
  return {hash.high64, hash.low64};
}

struct DigestOfParts::State {
  XXH3_state_t state;
};

DigestOfParts::DigestOfParts(std::uint64_t seed) : state_(std::make_unique<State>()) {
  XXH3_128bits_reset_withSeed(&state_->state, seed);
}
DigestOfParts::~DigestOfParts() = default;

void DigestOfParts::add(std::string_view part) {
  XXH3_128bits_update(&state_->state, part.data(), part.size());
}

Digest DigestOfParts::digest() const {
  const XXH128_hash_t hash = XXH3_128bits_digest(&state_->state);
  return {hash.high64, hash.low64};
}

std::uint64_t hash_of(std::string_view text, std::uint64_t seed) {
  return XXH3_64bits_withSeed(text.data(), text.size(), seed);
}

std::string_view base62(const Digest& digest, std::array<char, 22>& buffer) {
  constexpr std::string_view alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  constexpr std::size_t half = 11;  // 62^11 > 2^64
  std::uint64_t parts[] = {digest.high, digest.low};
  for (std::size_t part = 0; part < 2; ++part)
    for (std::size_t i = half; i-- > 0; parts[part] /= alphabet.size())
      buffer[part * half + i] = alphabet[parts[part] % alphabet.size()];
  return {buffer.data(), buffer.size()};
}

}  // namespace holdfast
