// Baskets, fates and arrivals of a scenario, drawn from streams of their own: a region's shoppers are the
// same whatever the policy answers, and whatever happens in another region.
#pragma once

#include <vector>

#include "sim/scenario/scenario.h"
#include "sim/shoppers/script.h"
#include "sim/streams.h"

namespace holdfast::sim {

// Which SKU, by popularity: the first is the most wanted (Zipf), or all alike.
class Popularity {
 public:
  Popularity(std::size_t skus, double zipf);
  [[nodiscard]] std::uint32_t draw(Random& random) const;
  // Of those that are not in the basket. Until another one is drawn; or, where those are hardly ever drawn,
  // by their weights among themselves, which comes to the same.
  [[nodiscard]] std::uint32_t draw_other(const Basket& basket, Random& random) const;

 private:
  [[nodiscard]] std::uint32_t draw_of_rest(const Basket& basket, Random& random) const;

  std::size_t skus_;
  double zipf_;
  std::vector<double> up_to_;  // empty: all alike
};

[[nodiscard]] Basket draw_basket(const Baskets& baskets, const Popularity& popularity, Random& random);
[[nodiscard]] Fate draw_fate(const Checkout& checkout, Random& random);

// How many baskets a second a region's shoppers ask for at a time.
[[nodiscard]] double rate_at(const OpenLoop& open, std::size_t region, Micros since_start);

// Everyone who comes in any case, by time.
[[nodiscard]] std::vector<Arrival> draw_arrivals(const Scenario& scenario, const Streams& streams);

[[nodiscard]] Placement place_stock(const Scenario& scenario, const std::vector<Arrival>& arrivals);

[[nodiscard]] Script draw_script(const Scenario& scenario, const Streams& streams);

}  // namespace holdfast::sim
