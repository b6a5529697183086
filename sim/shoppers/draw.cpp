#include "sim/shoppers/draw.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "base/assert.h"

namespace holdfast::sim {
namespace {

constexpr double quantity_most = 1e9;  // of one line, as in the API
constexpr int redraws_max = 1000;

// A popularity's weight of a SKU, of Zipf's exponent.
double weight(std::size_t sku, double zipf) { return std::pow(static_cast<double>(sku + 1), -zipf); }

bool has(const Basket& basket, std::uint32_t sku) {
  return std::ranges::find(basket, sku, &BasketLine::sku) != basket.end();
}

double whole_seconds(Micros time) { return static_cast<double>(time.count()) / 1e6; }

// Box and Muller.
double normal(Random& random) {
  const double radius = std::sqrt(-2 * std::log1p(-fraction(random)));
  return radius * std::cos(2 * std::numbers::pi * fraction(random));
}

std::int64_t draw_quantity(const Quantity& quantity, Random& random) {
  if (quantity.mean <= 0) return between(random, quantity.uniform.least, quantity.uniform.most);
  const double variance = std::log1p(quantity.cv * quantity.cv);
  const double drawn =
      std::exp(std::log(quantity.mean) - variance / 2 + std::sqrt(variance) * normal(random));
  return std::llround(std::clamp(drawn, 1.0, quantity_most));
}

// The share of all shoppers who are in a region when they move from one to the next.
double moved_share(const OpenLoop& open, std::size_t region, Micros since_start) {
  const auto turn = static_cast<std::size_t>(since_start / open.moves_every);
  const auto into = since_start % open.moves_every;
  const auto regions = open.shares.size();
  const double arrived =
      turn == 0 || into >= open.moves_over ? 1 : whole_seconds(into) / whole_seconds(open.moves_over);
  if (turn % regions == region) return arrived;
  if (turn > 0 && (turn - 1) % regions == region) return 1 - arrived;
  return 0;
}

// Thinning (Lewis and Shedler): candidates at the highest rate, each kept as likely as the rate of its time.
void draw_region(const Scenario& scenario, std::size_t region, const Streams& streams,
                 const Popularity& popularity, std::vector<Arrival>& arrivals) {
  auto when = streams.stream("arrivals", region);
  auto what = streams.stream("baskets", region);
  const auto& open = *scenario.open;
  const double all = std::accumulate(open.shares.begin(), open.shares.end(), 0.0);
  const double most = open.baskets_per_s * (open.moves_every.count() > 0 ? 1 : open.shares[region] / all);
  if (most <= 0) return;
  const Micros mean(static_cast<std::int64_t>(1e6 / most));
  for (auto at = exponential(when, mean); at < scenario.duration; at += exponential(when, mean)) {
    if (!chance(when, rate_at(open, region, at) / most)) continue;
    auto basket = draw_basket(scenario.baskets, popularity, what);
    arrivals.push_back({SimTime(at), region, std::move(basket), draw_fate(scenario.checkout, what), {}});
  }
}

void split_turns(std::int64_t units, std::size_t sku, std::size_t& turn, Placement& placement) {
  const auto regions = placement.size();
  const auto each = units / static_cast<std::int64_t>(regions);
  for (auto& region : placement) region[sku] = each;
  for (auto left = units - each * static_cast<std::int64_t>(regions); left > 0; --left)
    ++placement[turn++ % regions][sku];
}

void split_equal(std::int64_t units, std::size_t sku, Placement& placement) {
  const auto regions = static_cast<std::int64_t>(placement.size());
  for (std::int64_t region = 0; region < regions; ++region)
    placement[region][sku] = units / regions + (region < units % regions ? 1 : 0);
}

}  // namespace

Popularity::Popularity(std::size_t skus, double zipf) : skus_(skus), zipf_(std::max(zipf, 0.0)) {
  if (zipf <= 0) return;
  double sum = 0;
  for (std::size_t sku = 0; sku < skus; ++sku) up_to_.push_back(sum += weight(sku, zipf_));
}

std::uint32_t Popularity::draw(Random& random) const {
  if (up_to_.empty()) return static_cast<std::uint32_t>(random.below(skus_));
  const auto found = std::ranges::upper_bound(up_to_, fraction(random) * up_to_.back());
  return static_cast<std::uint32_t>(std::min<std::ptrdiff_t>(found - up_to_.begin(), std::ssize(up_to_) - 1));
}

std::uint32_t Popularity::draw_other(const Basket& basket, Random& random) const {
  for (int i = 0; i < redraws_max; ++i)
    if (const auto sku = draw(random); !has(basket, sku)) return sku;
  return draw_of_rest(basket, random);
}

std::uint32_t Popularity::draw_of_rest(const Basket& basket, Random& random) const {
  std::vector<std::uint32_t> others;
  std::vector<double> up_to;
  for (std::uint32_t sku = 0; sku < skus_; ++sku) {
    if (has(basket, sku)) continue;
    others.push_back(sku);
    up_to.push_back((up_to.empty() ? 0 : up_to.back()) + weight(sku, zipf_));
  }
  HF_ASSERT(!others.empty());
  const auto found = std::ranges::upper_bound(up_to, fraction(random) * up_to.back());
  return others[static_cast<std::size_t>(std::min(found - up_to.begin(), std::ssize(up_to) - 1))];
}

Basket draw_basket(const Baskets& baskets, const Popularity& popularity, Random& random) {
  const auto lines = between(random, baskets.lines.least, baskets.lines.most);
  Basket basket;
  while (std::ssize(basket) < lines) {
    const auto sku = popularity.draw_other(basket, random);
    basket.push_back({sku, draw_quantity(baskets.quantity, random)});
  }
  return basket;
}

Fate draw_fate(const Checkout& checkout, Random& random) {
  Fate fate;
  const double end = fraction(random);
  if (end < checkout.abandoned)
    fate.end = Fate::End::abandons;
  else if (end < checkout.abandoned + checkout.cancelled)
    fate.end = Fate::End::cancels;
  fate.decides_after = between(random, checkout.pays_after.least, checkout.pays_after.most);
  const bool returns = chance(random, checkout.returned);
  const auto after = between(random, checkout.returned_after.least, checkout.returned_after.most);
  if (returns) fate.returned_after = after;
  return fate;
}

double rate_at(const OpenLoop& open, std::size_t region, Micros since_start) {
  const double all = std::accumulate(open.shares.begin(), open.shares.end(), 0.0);
  double rate = open.baskets_per_s;
  if (open.moves_every.count() > 0)
    rate *= moved_share(open, region, since_start);
  else
    rate *= open.shares[region] / all;
  if (open.halving.count() > 0 && since_start > open.full_for)
    rate *= std::exp2(-whole_seconds(since_start - open.full_for) / whole_seconds(open.halving));
  return rate;
}

std::vector<Arrival> draw_arrivals(const Scenario& scenario, const Streams& streams) {
  std::vector<Arrival> arrivals;
  if (!scenario.open) return arrivals;
  const Popularity popularity(scenario.stock.skus, scenario.baskets.zipf);
  for (std::size_t region = 0; region < scenario.regions.size(); ++region)
    draw_region(scenario, region, streams, popularity, arrivals);
  std::ranges::stable_sort(arrivals, {}, &Arrival::at);
  return arrivals;
}

Placement place_stock(const Scenario& scenario, const std::vector<Arrival>& arrivals) {
  const auto& stock = scenario.stock;
  std::vector<std::int64_t> units(stock.skus, stock.each);
  if (stock.of_demand) {
    for (const auto& arrival : arrivals)
      for (const auto& line : arrival.basket) units[line.sku] += line.quantity;
    for (auto& wanted : units) wanted = std::llround(static_cast<double>(wanted) * *stock.of_demand);
  }
  Placement placement(scenario.regions.size(), std::vector<std::int64_t>(stock.skus, 0));
  std::size_t turn = 0;
  for (std::size_t sku = 0; sku < stock.skus; ++sku) {
    switch (stock.split) {
      case StockPlan::Split::equal: split_equal(units[sku], sku, placement); break;
      case StockPlan::Split::turns: split_turns(units[sku], sku, turn, placement); break;
      case StockPlan::Split::one_region: placement[stock.region][sku] = units[sku]; break;
    }
  }
  return placement;
}

Script draw_script(const Scenario& scenario, const Streams& streams) {
  Script script;
  script.arrivals = draw_arrivals(scenario, streams);
  script.placement = place_stock(scenario, script.arrivals);
  return script;
}

}  // namespace holdfast::sim
