// Checksums and digests (xxHash, XXH3: https://github.com/Cyan4973/xxHash).
//
// A checksum finds what a disk or a network damaged. A digest stands for a longer text in a table; it is
// seeded, since the texts come from strangers who might aim for collisions. Neither is a cryptographic proof,
// so what is found by its digest is compared in full before anything is decided on it.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <memory>
#include <string_view>

#include "base/bytes.h"

namespace holdfast {

// Chained: the checksum of what came before is the seed, so that a hole in a sequence is seen as well.
[[nodiscard]] std::uint64_t checksum(BytesView bytes, std::uint64_t previous = 0);

struct Digest {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  auto operator<=>(const Digest&) const = default;
};

[[nodiscard]] Digest digest(std::string_view text, std::uint64_t seed);

// The same of a text that comes in parts.
class DigestOfParts {
 public:
  explicit DigestOfParts(std::uint64_t seed);
  ~DigestOfParts();
  DigestOfParts(const DigestOfParts&) = delete;
  DigestOfParts& operator=(const DigestOfParts&) = delete;

  void add(std::string_view part);
  [[nodiscard]] Digest digest() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Half as long and far cheaper, for a table whose owner has the texts: two of them may have the same.
[[nodiscard]] std::uint64_t hash_of(std::string_view text, std::uint64_t seed);

// 22 characters of A-Za-z0-9: a digest that people can copy.
[[nodiscard]] std::string_view base62(const Digest& digest, std::array<char, 22>& buffer);

}  // namespace holdfast
