#include "sim/measure/watch.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/assert.h"

namespace holdfast::sim {
namespace {

Figure percent(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return std::nullopt;
  return 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

void Watch::stocked(const Basket& goods) {
  for (const auto& line : goods) stock_[line.sku] += line.quantity;
}

void Watch::came_in(SimTime now, std::size_t region, const Basket& goods) {
  expire(now);
  stocked(goods);
  news_.came(now, region, goods);
}

void Watch::wrote_off(SimTime now, std::size_t region, const Basket& goods) {
  expire(now);
  for (const auto& line : goods) stock_[line.sku] -= line.quantity;
  news_.went(now, region, goods);
}

void Watch::expire(SimTime now) {
  for (; !expiries_.empty() && expiries_.top().at <= now; expiries_.pop())
    came_back(expiries_.top().at, expiries_.top().id);
}

void Watch::told(SimTime now, const Basket& basket, const Told& told) {
  expire(now);
  const bool granted = told.reply.denial == Denial::none;
  ++attempts_;
  if (told.asked.while_cut && told.asked.in_reach_of_it) {
    ++could_serve_cut_;
    if (granted) ++served_cut_;
  }
  if (!granted) {
    if (told.world_had_it) note_false_denial(now, basket, told);
    return;
  }
  ++granted_;
  if (told.reply.remote) ++remote_;
  reserve_us_.push_back(told.took.count());
  const auto& got = told.reply.got.empty() ? basket : told.reply.got;
  live_[told.id] = {told.region, got};
  expiries_.push({told.reply.expires_at, told.id});
  for (const auto& line : got) {
    gone_[line.sku] += line.quantity;
    most_over_[line.sku] = std::max(most_over_[line.sku], gone_[line.sku] - stock_[line.sku]);
  }
  news_.went(now, told.region, got);
}

void Watch::note_false_denial(SimTime now, const Basket& basket, const Told& told) {
  ++false_denials_;
  if (!can_be_known(now, told.region, basket))
    ++unheard_;
  else if (!told.regions_had_it)
    ++in_flight_;
}

void Watch::released(SimTime now, std::uint64_t id) {
  expire(now);
  came_back(now, id);
}

void Watch::came_back(SimTime at, std::uint64_t id) {
  const auto found = live_.find(id);
  if (found == live_.end()) return;
  const auto& [region, basket] = found->second;
  for (const auto& line : basket) gone_[line.sku] -= line.quantity;
  news_.came(at, region, basket);
  live_.erase(found);
}

void Watch::purchased(std::uint64_t id, std::size_t region) {
  const auto found = live_.find(id);
  if (found == live_.end()) return;
  HF_ASSERT(region < units_sold_.size());
  ++sales_;
  for (const auto& line : found->second.basket) units_sold_[region] += line.quantity;
  live_.erase(found);
}

// Without the units of which no word can have been there.
bool Watch::can_be_known(SimTime now, std::size_t region, const Basket& basket) const {
  return std::ranges::all_of(basket, [&](const BasketLine& line) {
    return left(line.sku) - news_.unheard(now, region, line.sku) >= line.quantity;
  });
}

bool Watch::all_sold() const {
  if (!live_.empty()) return false;
  for (std::uint32_t sku = 0; sku < stock_.size(); ++sku)
    if (left(sku) > 0) return false;
  return true;
}

std::int64_t Watch::oversold_units() const {
  std::int64_t units = 0;
  for (const auto over : most_over_) units += over;
  return units;
}

// What was not served in the order in which it was given up.
std::int64_t Watch::wanted_of_what_is_left() const {
  std::vector<std::int64_t> left_over(stock_.size());
  for (std::uint32_t sku = 0; sku < stock_.size(); ++sku) left_over[sku] = left(sku);
  std::int64_t units = 0;
  for (const auto& basket : given_up_) {
    const bool fits = std::ranges::all_of(
        basket, [&](const BasketLine& line) { return left_over[line.sku] >= line.quantity; });
    if (!fits && content_ == Content::whole) continue;
    for (const auto& line : basket) {
      const auto served = std::clamp<std::int64_t>(left_over[line.sku], 0, line.quantity);
      left_over[line.sku] -= served;
      units += served;
    }
  }
  return units;
}

Figure Watch::reserve_ms(double share) {
  if (reserve_us_.empty()) return std::nullopt;
  const auto rank =
      static_cast<std::ptrdiff_t>(std::ceil(share * static_cast<double>(reserve_us_.size()))) - 1;
  const auto at = reserve_us_.begin() + std::max<std::ptrdiff_t>(rank, 0);
  std::ranges::nth_element(reserve_us_, at);
  return static_cast<double>(*at) / 1000;
}

Measures Watch::measures(SimTime now) {
  expire(now);
  Measures measures;
  measures.oversold_units = oversold_units();
  measures.false_denial_pct = percent(false_denials_, attempts_);
  measures.unheard_denial_pct = percent(unheard_, attempts_);
  measures.in_flight_denial_pct = percent(in_flight_, attempts_);
  measures.unsold_wanted_units = wanted_of_what_is_left();
  measures.remote_pct = percent(remote_, granted_);
  measures.reserve_ms = {reserve_ms(0.5), reserve_ms(0.99), reserve_ms(0.999)};
  measures.served_in_partition_pct = percent(served_cut_, could_serve_cut_);
  measures.attempts = attempts_;
  measures.granted = granted_;
  measures.sales = sales_;
  measures.units_sold = std::accumulate(units_sold_.begin(), units_sold_.end(), std::int64_t{0});
  measures.units_sold_in = units_sold_;
  return measures;
}

}  // namespace holdfast::sim
