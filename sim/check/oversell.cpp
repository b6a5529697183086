#include "sim/check/oversell.h"

#include "base/overloaded.h"

namespace holdfast::sim {

namespace {

// The reservations that a request may end or change.
std::vector<std::string> endangered(const Request& request) {
  return std::visit(Overloaded{
                        [](const request::Reserve& reserve) {
                          return reserve.replaces.empty() ? std::vector<std::string>{}
                                                          : std::vector{reserve.replaces};
                        },
                        [](const request::Purchase& purchase) { return std::vector{purchase.id}; },
                        [](const request::Release& release) { return std::vector{release.id}; },
                        [](const request::Extend& extend) { return std::vector{extend.id}; },
                        [](const request::Change& change) { return std::vector{change.id}; },
                        [](const auto&) { return std::vector<std::string>{}; },
                    },
                    request);
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
  if (const std::string key = key_of(operation.request); !key.empty())
    deliver({operation.region, key}, goods_of(operation), +1);
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
  const std::string key = key_of(operation.request);
  if (operation.refused()) {
    if (!key.empty()) deliver({operation.region, key}, {}, -1);
    return;
  }
  std::visit(Overloaded{
                 [&](const answer::ReservationAnswer& said) {
                   reservation_told(operation, said.reservation);
                   if (key.empty()) return;
                   Lines back;
                   for (const answer::LineView& line : said.reservation.lines)
                     back[line.sku] += line.returned;
                   delivered({operation.region, key}, back);
                 },
                 [&](const answer::Adjusted& adjusted) {
                   delivered({operation.region, key}, {{adjusted.sku, adjusted.delta}});
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

void OversellCheck::deliver(const Name& name, const Lines& lines, int more_hopes) {
  Delivery& delivery = deliveries_[name];
  if (delivery.known) return;
  const bool counted = delivery.hopes > 0;
  delivery.hopes += more_hopes;
  if (!counted && delivery.hopes > 0) {
    delivery.possible = lines;
    for (const auto& [sku, units] : lines) skus_[sku].stock += units;
  } else if (counted && delivery.hopes == 0) {
    for (const auto& [sku, units] : delivery.possible) skus_[sku].stock -= units;
  }
}

// What exactly it did, the first time that it is told.
void OversellCheck::delivered(const Name& name, const Lines& lines) {
  Delivery& delivery = deliveries_[name];
  if (std::exchange(delivery.known, true)) return;
  for (const auto& [sku, units] : delivery.possible) skus_[sku].stock -= units;
  for (const auto& [sku, units] : lines) skus_[sku].stock += units;
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
