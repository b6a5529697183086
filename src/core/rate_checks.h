// RateChecks: when to look whether a SKU's rate has fallen below what other regions were told of it.
//
// It is told in a row, and a row says no more once nobody buys. So what shoppers wanted is checked again 80 s
// later, by when a burst has faded to a ninth, and from then on the more seldom the longer it has been left
// alone: a rate falls by tau / (tau + time), the more slowly the older it is (meter.h).
//
// There is a queue for each delay, in order of what is due, and a SKU stands in each once at most. Checks are
// due at whole seconds, so that an idle replica wakes for many at once. Owner: Demand. Threads: none.
#pragma once

#include <array>
#include <boost/container/deque.hpp>
#include <cstdint>
#include <optional>

#include "base/time.h"
#include "core/ids.h"

namespace holdfast {

class RateChecks {
 public:
  // In which of the queues a SKU stands, a bit for each. Whoever knows the SKU keeps it.
  using Places = std::uint8_t;

  struct Due {
    SkuId sku;
    std::size_t queue;
  };

  // What was wanted within the delay before the first check still is.
  [[nodiscard]] static constexpr bool is_wanted(Millis quiet) { return quiet < delays[0]; }

  // A shopper wants it.
  [[gnu::always_inline]] void wanted(SkuId sku, Places& places, NodeTime now) {
    if ((places & 1) == 0) add(0, sku, places, now);  // nearly always it is there
  }
  // It was checked, and may fall further. `quiet`: since when nobody has wanted it.
  void again(SkuId sku, Places& places, Millis quiet, NodeTime now);

  // When the first check is due; none: there is none.
  [[nodiscard]] std::optional<NodeTime> first_due() const;
  // It leaves its queue: forget_place() is to follow.
  [[nodiscard]] std::optional<Due> take(NodeTime now);
  static void forget_place(Places& places, const Due& taken) {
    places = static_cast<Places>(places & ~(1u << taken.queue));
  }

 private:
  // 80 s, 11 min, 85 min, 11 h, 4 d, 30 d: each eight times the one before.
  static constexpr std::array<Millis, 6> delays{Millis(80'000),      Millis(640'000),
                                                Millis(5'120'000),   Millis(40'960'000),
                                                Millis(327'680'000), Millis(2'621'440'000)};

  struct Entry {
    NodeTime due;
    SkuId sku;
  };

  static_assert(delays.size() <= 8 * sizeof(Places));

  void add(std::size_t queue, SkuId sku, Places& places, NodeTime now);

  std::array<boost::container::deque<Entry>, delays.size()> queues_;
};

}  // namespace holdfast
