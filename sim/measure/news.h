// News: what came back to the shelves or came in of late, and where word of it can have been by now.
//
//   released, expired, delivered, returned in A at s ──── s + soonest way(A, B) ────► can be known in B
//
// Where it came it is known at once. Elsewhere no word of it can have been before that, whoever sends it and
// however often: `unheard` are units that came in other regions and are younger than their way here.
//
// What was granted since, in a region where they can have been by then, counts as gone of them, the oldest
// first, though older units lay there, too: so unheard are never more than are left of what came. A unit has
// come when it was asked to be given free, when it expired, or when it was handed over, whenever the policy
// has done with that. Only the last longest way is kept, and only of products of which something came. Owner:
// the watch.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/shoppers/basket.h"
#include "sim/time.h"

namespace holdfast::sim {

class News {
 public:
  // [from][to]: how soon word of anything can be there. Without any, it is everywhere at once.
  using Ways = std::vector<std::vector<Micros>>;
  explicit News(Ways soonest = {});

  // In the order of time.
  void came(SimTime at, std::size_t region, const Basket& goods);
  void went(SimTime at, std::size_t region, const Basket& goods);

  // Of this SKU, in all other regions together.
  [[nodiscard]] std::int64_t unheard(SimTime now, std::size_t region, std::uint32_t sku) const;

 private:
  struct Change {
    SimTime at{};
    std::size_t region = 0;
    std::int64_t units = 0;  // below 0: they went
  };

  void changed(std::uint32_t sku, const Change& change);
  // Whether units, or word of them, that came there can have been here by then.
  [[nodiscard]] bool can_be(const Change& came, std::size_t region, SimTime by) const;
  void take(std::vector<Change>& came, const Change& gone) const;

  Ways soonest_;
  Micros longest_{0};
  boost::unordered_flat_map<std::uint32_t, std::vector<Change>> of_late_;  // by SKU, what came first
};

}  // namespace holdfast::sim
