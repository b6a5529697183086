#include "sim/market/floor.h"

#include <algorithm>
#include <utility>

namespace holdfast::sim {
namespace {

// What is wanting of a basket of which this was got.
Basket without(const Basket& basket, const Basket& got) {
  Basket rest;
  for (const auto& line : basket) {
    const auto part = std::ranges::find(got, line.sku, &BasketLine::sku);
    const auto left = line.quantity - (part == got.end() ? 0 : part->quantity);
    if (left > 0) rest.push_back({line.sku, left});
  }
  return rest;
}

}  // namespace

Floor::Floor(Around around, Script script)
    : around_(std::move(around)),
      script_(std::move(script)),
      popularity_(around_.scenario.stock.skus, around_.scenario.baskets.zipf),
      rounds_(around_.streams.stream("rounds")) {}

void Floor::stock() {
  for (const auto& region : script_.placement)
    for (std::uint32_t sku = 0; sku < region.size(); ++sku) around_.watch.stocked({{sku, region[sku]}});
}

void Floor::open() {
  open_ = true;
  opened_ = around_.queue.now();
  next_arrival();
  next_brought_back();
  if (around_.scenario.rounds.count > 0) next_round(0);
  if (const auto& closed = around_.scenario.closed)
    for (std::size_t region = 0; region < around_.scenario.regions.size(); ++region)
      for (std::size_t i = 0; i < closed->per_region; ++i) {
        const auto number = region * closed->per_region + i;
        think(shoppers_.emplace_back(Shopper{region, around_.streams.stream("shopper", number)}));
      }
}

void Floor::close() {
  open_ = false;
  for (auto& shopper : shoppers_)
    if (!shopper.asks_again.empty()) around_.watch.gave_up(std::exchange(shopper.asks_again, {}));
}

void Floor::next_arrival() {
  if (arrived_ == script_.arrivals.size()) return;
  around_.queue.at(opened_ + script_.arrivals[arrived_].at.time_since_epoch(), [this] {
    const auto& arrival = script_.arrivals[arrived_++];
    next_arrival();
    ask({arrival.region, arrival.basket, arrival.fate, arrival.customer, nullptr,
         around_.policy.retries().times});
  });
}

void Floor::next_brought_back() {
  if (brought_back_ == script_.brought_back.size()) return;
  around_.queue.at(opened_ + script_.brought_back[brought_back_].at.time_since_epoch(), [this] {
    bring_back(script_.brought_back[brought_back_++]);
    next_brought_back();
  });
}

void Floor::bring_back(const BroughtBack& goods) {
  const auto found = purchases_.find({goods.customer, goods.line.sku});
  if (found == purchases_.end()) return;
  auto left = goods.line.quantity;
  for (auto purchase = found->second.rbegin(); purchase != found->second.rend(); ++purchase) {
    const auto units = std::min(left, purchase->left);
    if (units == 0) continue;
    purchase->left -= units;
    left -= units;
    stock_in(goods.region, {{goods.line.sku, units}}, purchase->id);
  }
}

void Floor::next_round(std::size_t number) {
  const auto& rounds = around_.scenario.rounds;
  around_.queue.at(opened_ + rounds.every * static_cast<std::int64_t>(number), [this, number, &rounds] {
    const auto regions = around_.scenario.regions.size();
    stock_in(rounds_.below(regions), {{0, rounds.units}}, std::nullopt);
    for (std::size_t region = 0; region < regions; ++region)
      ask({region,
           draw_basket(around_.scenario.baskets, popularity_, rounds_),
           draw_fate(around_.scenario.checkout, rounds_),
           {},
           nullptr,
           around_.policy.retries().times});
    if (number + 1 < rounds.count) next_round(number + 1);
  });
}

void Floor::think(Shopper& shopper) {
  const auto& pause = around_.scenario.closed->think;
  around_.queue.after(between(shopper.random, pause.least, pause.most), [this, &shopper] {
    if (open_) act(shopper);
  });
}

void Floor::act(Shopper& shopper) {
  const auto& scenario = around_.scenario;
  const bool delivers = chance(shopper.random, scenario.closed->restock_share);
  auto basket = draw_basket(scenario.baskets, popularity_, shopper.random);
  auto fate = draw_fate(scenario.checkout, shopper.random);
  if (!delivers) return ask({shopper.region, std::move(basket), fate, {}, &shopper, 0});
  stock_in(shopper.region, basket, std::nullopt);
  think(shopper);
}

Watch::Asked Floor::asked_of(std::size_t region, const Basket& basket) const {
  const auto regions = around_.paths.size();
  std::vector<bool> reached(regions, false);
  std::vector<std::size_t> todo{region};
  reached[region] = true;
  bool any_cut = false;
  while (!todo.empty()) {
    const auto here = todo.back();
    todo.pop_back();
    for (std::size_t other = 0; other < regions; ++other) {
      const bool is_cut = around_.paths.cut(here, other) || around_.paths.cut(other, here);
      any_cut |= is_cut;
      if (is_cut || reached[other]) continue;
      reached[other] = true;
      todo.push_back(other);
    }
  }
  // A cut between others shows in the reach of those that it is between.
  if (!any_cut) return {};
  const bool in_reach = std::ranges::all_of(basket, [&](const BasketLine& line) {
    return around_.policy.in_regions(reached, line.sku) >= line.quantity;
  });
  return {true, in_reach};
}

bool Floor::world_has(const Basket& basket) const {
  return std::ranges::all_of(
      basket, [&](const BasketLine& line) { return around_.policy.in_world(line.sku) >= line.quantity; });
}

// Together, without what is on its way.
bool Floor::regions_have(const Basket& basket) const {
  const std::vector<bool> all(around_.paths.size(), true);
  return std::ranges::all_of(basket, [&](const BasketLine& line) {
    return around_.policy.in_regions(all, line.sku) >= line.quantity;
  });
}

void Floor::ask(Visit visit) {
  const auto id = next_id_++;
  ++outstanding_;
  const auto asked = asked_of(visit.region, visit.basket);
  const auto began = around_.queue.now();
  Attempt attempt{
      id, visit.region, visit.basket, around_.wait, around_.scenario.checkout.ttl, script_.partial};
  around_.policy.attempt(std::move(attempt),
                         [this, id, asked, began, visit = std::move(visit)](const Reply& reply) mutable {
                           --outstanding_;
                           const bool falsely = reply.denial != Denial::none && world_has(visit.basket);
                           const Watch::Told answer{.id = id,
                                                    .region = visit.region,
                                                    .asked = asked,
                                                    .reply = reply,
                                                    .took = around_.queue.now() - began,
                                                    .world_had_it = falsely,
                                                    .regions_had_it = falsely && regions_have(visit.basket)};
                           told(std::move(visit), answer);
                         });
}

// Neither an attempt nor a sale.
void Floor::wrote_off(const Visit& visit, std::uint64_t id, const Reply& reply) {
  if (reply.denial != Denial::none) return;
  const auto& lost = reply.got.empty() ? visit.basket : reply.got;
  around_.watch.wrote_off(around_.queue.now(), visit.region, lost);
  around_.policy.finish(id, Finish::purchase, [](bool) {});
}

void Floor::told(Visit visit, const Watch::Told& told) {
  if (visit.fate.end == Fate::End::writes_off) return wrote_off(visit, told.id, told.reply);
  around_.watch.told(around_.queue.now(), visit.basket, told);
  around_.spectator.told(around_.queue.now() - opened_, told);
  if (told.reply.denial != Denial::none) return refused(std::move(visit));
  auto got = told.reply.got.empty() ? visit.basket : told.reply.got;
  if (auto rest = without(visit.basket, got); !rest.empty()) around_.watch.gave_up(std::move(rest));
  granted(std::move(visit), told.id, std::move(got));
}

void Floor::refused(Visit visit) {
  const auto& closed = around_.scenario.closed;
  if (visit.shopper && closed->retry > Micros(0) && open_) {
    visit.shopper->asks_again = visit.basket;
    return around_.queue.after(closed->retry, [this, visit = std::move(visit)]() mutable {
      visit.shopper->asks_again.clear();
      if (open_) ask(std::move(visit));
    });
  }
  if (visit.retries_left > 0) {
    --visit.retries_left;
    ++outstanding_;
    return around_.queue.after(around_.policy.retries().every, [this, visit = std::move(visit)]() mutable {
      --outstanding_;
      ask(std::move(visit));
    });
  }
  around_.watch.gave_up(visit.basket);
  if (visit.shopper) think(*visit.shopper);
}

void Floor::granted(Visit visit, std::uint64_t id, Basket got) {
  if (visit.shopper) think(*visit.shopper);
  switch (visit.fate.end) {
    case Fate::End::abandons: return;
    case Fate::End::cancels:
      return around_.queue.after(visit.fate.decides_after, [this, id] {
        around_.watch.released(around_.queue.now(), id);
        around_.policy.finish(id, Finish::release, [](bool) {});
      });
    case Fate::End::writes_off:
    case Fate::End::pays: break;
  }
  ++outstanding_;
  around_.queue.after(
      visit.fate.decides_after, [this, id, visit = std::move(visit), got = std::move(got)]() mutable {
        around_.policy.finish(id, Finish::purchase,
                              [this, id, visit = std::move(visit), got = std::move(got)](bool well) {
                                --outstanding_;
                                if (well) sold(visit, id, got);
                              });
      });
}

void Floor::sold(const Visit& visit, std::uint64_t id, const Basket& got) {
  around_.watch.purchased(id, visit.region);
  if (around_.scenario.closed && around_.scenario.closed->until_gone && around_.watch.all_sold())
    all_gone_ = true;
  if (!visit.customer.empty())
    for (const auto& line : got) purchases_[{visit.customer, line.sku}].push_back({id, line.quantity});
  if (visit.fate.returned_after < Micros(0)) return;
  around_.queue.after(visit.fate.returned_after, [this, id, region = visit.region, got] {
    if (open_) stock_in(region, got, id);
  });
}

void Floor::stock_in(std::size_t region, const Basket& goods, std::optional<std::uint64_t> of_sale) {
  around_.watch.came_in(around_.queue.now(), region, goods);
  around_.policy.stock_in(region, goods, of_sale);
}

}  // namespace holdfast::sim
