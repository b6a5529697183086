// RecentNames: whether a name was heard of late: of the newest 65,536 nearly all are known.
//
// Names stand in buckets of a cache line, each of which forgets its oldest: to look at one bucket is all that
// a name costs. The table grows with what it holds. Owner: Demand. Threads: none.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/digest.h"

namespace holdfast {

class RecentNames {
 public:
  // Remembers it. Whether it was new.
  bool add(const Digest& name) {
    if (held_ >= buckets_.size() * names_before_growth && buckets_.size() < buckets_max) grow();
    if (!add(buckets_, name.low)) return false;
    ++held_;
    return true;
  }
  // It will be added soon: its bucket is fetched meanwhile.
  [[gnu::always_inline]] void expect(const Digest& name) const {  // digest_table.h says why
    if (!buckets_.empty()) __builtin_prefetch(&buckets_[place_of(name.low, buckets_)]);
  }

 private:
  // Half a digest tells so few apart well enough, and is as random as a hash; 0 stands for none.
  struct alignas(64) Bucket {
    std::array<std::uint64_t, 8> names{};  // the newest first
  };
  static constexpr std::size_t buckets_max = 1 << 14;
  static constexpr std::size_t names_before_growth = 2;  // of a bucket: so few that none forgets until then

  // There is a power of two of them.
  static std::size_t place_of(std::uint64_t name, const std::vector<Bucket>& buckets) {
    return name & (buckets.size() - 1);
  }
  static bool add(std::vector<Bucket>& buckets, std::uint64_t name) {
    auto& names = buckets[place_of(name, buckets)].names;
    for (const std::uint64_t known : names)
      if (known == name) return false;
    for (std::uint64_t& known : names) name = std::exchange(known, name);  // the oldest falls out
    return true;
  }

  void grow() {
    std::vector<Bucket> larger(std::max<std::size_t>(8, buckets_.size() * 2));
    for (const Bucket& bucket : buckets_)
      std::for_each(bucket.names.rbegin(), bucket.names.rend(), [&](std::uint64_t name) {
        if (name != 0) add(larger, name);
      });
    buckets_ = std::move(larger);
  }

  std::vector<Bucket> buckets_;
  std::size_t held_ = 0;  // while it grows
};

}  // namespace holdfast
