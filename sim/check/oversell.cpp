#include "sim/check/oversell.h"

#include <algorithm>
#include <utility>

#include "base/overloaded.h"

namespace holdfast::sim {

namespace {

// The reservations that a request may end or change.
std::vector<std::string> endangered(const Request& request) {
  return std::visit(
      Overloaded{
          [](const request::Reserve& reserve) {
            return reserve.replaces.empty() ? std::vector<std::string>{} : std::vector{reserve.replaces};
          },
          [](const request::Purchase& purchase) { return std::vector{std::string(purchase.id)}; },
          [](const request::Release& release) { return std::vector{std::string(release.id)}; },
          [](const request::Extend& extend) { return std::vector{extend.id}; },
          [](const request::Change& change) { return std::vector{change.id}; },
          [](const auto&) { return std::vector<std::string>{}; },
      },
      request);
}

// What brings stock in, or takes it out: a key, or a purchase, of which a part may come back now and the rest
// later.
std::string cause(const Request& request) {
  const auto* back = std::get_if<request::Return>(&request);
  return back != nullptr ? "what comes back of " + back->id : key_of(request);
}

}  // namespace

void OversellCheck::heard(const Operation& operation) {
  if (operation.end == Operation::End::open)
    asked(operation);
  else
    ended(operation);
}

// The most that it may bring in.
OversellCheck::Lines OversellCheck::goods_of(const Operation& operation) {
  return std::visit(Overloaded{
                        [](const request::Adjust& adjust) {
                          return adjust.delta > no_units ? Lines{{adjust.sku, adjust.delta}} : Lines{};
                        },
                        [](const request::Count& count) {
                          return Lines{{count.sku, count.counted}};
                        },
                        [](const request::Import& import) {
                          Lines lines;
                          for (const auto& line : import.lines) lines[line.sku] += line.quantity;
                          return lines;
                        },
                        [&](const request::Return& back) {
                          return held_[{operation.region, back.id}].lines;
                        },
                        [](const auto&) { return Lines{}; },
                    },
                    operation.request);
}

void OversellCheck::asked(const Operation& operation) {
  doubt(operation, +1);
  hope(operation, goods_of(operation), +1);
}

void OversellCheck::doubt(const Operation& operation, int more) {
  for (const std::string& id : endangered(operation.request)) {
    Held& held = held_[{operation.region, id}];
    held.doubts += more;
    count(held, held.doubts == 0 && !held.purchased && held.until > stage_.queue.now());
  }
}

void OversellCheck::ended(const Operation& operation) {
  if (operation.unknown()) return;
  if (const auto* reserve = std::get_if<request::Reserve>(&operation.request);
      reserve != nullptr && operation.succeeded())
    held_[{operation.region, reserve->replaces}].until = {};  // it is released, or had ended before
  doubt(operation, -1);
  if (operation.refused()) return hope(operation, {}, -1);
  std::visit(Overloaded{
                 [&](const answer::ReservationAnswer& said) {
                   reservation_told(operation, said.reservation);
                   Lines back;
                   for (const answer::LineView& line : said.reservation.lines)
                     back[line.sku] += line.returned;
                   delivered(operation, back);
                 },
                 [&](const answer::Adjusted& adjusted) {
                   delivered(operation, {{adjusted.sku, adjusted.delta}});
                 },
                 [](const auto&) {},
             },
             **operation.answer);
  check();
}

void OversellCheck::reservation_told(const Operation& operation, const answer::ReservationView& view) {
  const Name name{operation.region, view.id};
  Held& held = held_[name];
  if (held.purchased) return;
  count(held, false);
  held.until = {};
  held.lines.clear();
  for (const answer::LineView& line : view.lines) held.lines[line.sku] += line.quantity;
  if (view.state == ReservationState::purchased) {
    held.purchased = true;
    for (const auto& [sku, quantity] : held.lines) {
      skus_[sku].sold += quantity;
      sold_total_ += quantity;
    }
  } else if (view.state == ReservationState::pending && view.expires_in) {
    held.until = operation.asked + *view.expires_in - Millis(1);  // node time counts whole milliseconds
    count(held, held.doubts == 0 && held.until > stage_.queue.now());
    by_time_.insert({held.until, name});
  }
}

const OversellCheck::Lines& OversellCheck::Delivery::most() const {
  const bool hoped = std::ranges::any_of(hopes, [](const auto& hope) { return hope.second > 0; });
  return hoped ? possible : sure;
}

void OversellCheck::hope(const Operation& operation, const Lines& lines, int more) {
  const std::string key = key_of(operation.request);
  if (key.empty()) return;
  Delivery& delivery = deliveries_[{operation.region, cause(operation.request)}];
  if (delivery.known.contains(key)) return;
  add_to_stock(delivery.most(), -1);
  if (more > 0) delivery.possible = lines;
  delivery.hopes[key] += more;
  add_to_stock(delivery.most(), +1);
}

// What exactly it did, the first time that it is told. Answers to returns say all that has come back so far.
void OversellCheck::delivered(const Operation& operation, const Lines& lines) {
  const std::string key = key_of(operation.request);
  if (key.empty()) return;
  Delivery& delivery = deliveries_[{operation.region, cause(operation.request)}];
  if (!delivery.known.insert(key).second) return;
  add_to_stock(delivery.most(), -1);
  delivery.hopes.erase(key);
  for (const auto& [sku, units] : lines) {
    const auto [sure, is_first] = delivery.sure.try_emplace(sku, units);
    if (!is_first) sure->second = std::max(sure->second, units);
  }
  add_to_stock(delivery.most(), +1);
}

void OversellCheck::forked(std::size_t region) {
  for (auto& [name, delivery] : deliveries_) {
    if (name.first != region) continue;
    add_to_stock(delivery.most(), -1);
    add_to_stock(std::exchange(delivery.sure, {}), +1);
    add_to_stock(delivery.most(), +1);
  }
}

void OversellCheck::add_to_stock(const Lines& lines, int sign) {
  for (const auto& [sku, units] : lines) skus_[sku].stock += sign > 0 ? units : -units;
}

void OversellCheck::count(Held& held, bool counted) {
  if (counted == held.counted) return;
  held.counted = counted;
  for (const auto& [sku, quantity] : held.lines) skus_[sku].held += counted ? quantity : -quantity;
}

void OversellCheck::expire() {
  while (!by_time_.empty() && by_time_.begin()->first <= stage_.queue.now()) {
    Held& held = held_[by_time_.begin()->second];
    if (held.until <= stage_.queue.now()) count(held, false);
    by_time_.erase(by_time_.begin());
  }
}

void OversellCheck::check() {
  expire();
  for (const auto& [name, sku] : skus_)
    if (sku.sold + sku.held > sku.stock)
      verdict_.violated("O1", "no oversell: of " + name + " " + std::to_string(sku.sold.count()) +
                                  " were sold and " + std::to_string(sku.held.count()) +
                                  " are held for shoppers, by what they were told, but at most " +
                                  std::to_string(sku.stock.count()) + " ever came in");
}

}  // namespace holdfast::sim
