#include "sim/swarm/shoppers.h"

#include <algorithm>

namespace holdfast::sim {

namespace {

// Where the client says nothing, the next try says the same thing again.
bool worth_a_retry(const Operation& operation) {
  return operation.unknown() || operation.answer->error().retry_after.has_value();
}

}  // namespace

Shoppers::Shoppers(Stage& stage, Told& told, Regions& regions, const Plan& plan, const Streams& streams)
    : stage_(stage), told_(told), regions_(regions), plan_(plan), random_(streams.stream("shoppers")) {}

void Shoppers::open() {
  open_ = true;
  next_arrival();
}

void Shoppers::next_arrival() {
  stage_.queue.after(exponential(random_, plan_.between_attempts), [this] {
    if (!open_) return;
    arrive();
    next_arrival();
  });
}

// The first region is `skew` times as popular as the last, and those between in between.
std::size_t Shoppers::some_region() {
  const auto size = static_cast<std::int64_t>(regions_.size());
  std::vector<std::int64_t> weights;
  std::int64_t sum = 0;
  for (std::int64_t i = 0; i < size; ++i)
    sum += weights.emplace_back(1 + (plan_.skew - 1) * (size - 1 - i) / std::max<std::int64_t>(size - 1, 1));
  std::int64_t drawn = between(random_, 0, sum - 1);
  std::size_t region = 0;
  while (drawn >= weights[region]) drawn -= weights[region++];
  return region;
}

// Lines of one SKU may come twice: they are summed first.
Few<Line> Shoppers::basket() {
  Few<Line> lines(static_cast<std::size_t>(between(random_, 1, static_cast<std::int64_t>(plan_.lines_max))));
  for (Line& line : lines)
    line = {sku_name(random_.below(plan_.skus)), Units(plan_.pack * between(random_, 1, plan_.quantity_max))};
  return lines;
}

Millis Shoppers::some_ttl() {
  return std::chrono::seconds(between(random_, 1, plan_.ttl_max.count() / 1'000));
}

void Shoppers::arrive() {
  const auto visit = std::make_shared<Visit>();
  const std::string number = std::to_string(++visits_);
  visit->region = some_region();
  visit->tries_left = static_cast<int>(between(random_, 0, 4));
  visit->order = random_.one_in(2) ? "order-" + number : "";
  request::Reserve& reserve = visit->reserve;
  if (random_.one_in(10))
    reserve.key = "key-" + number;
  else
    reserve.id = "cart-" + number;
  reserve.lines = basket();
  reserve.customer = random_.one_in(2) ? "customer-" + std::to_string(random_.below(50)) : "";
  reserve.ttl = some_ttl();
  if (chance(random_, plan_.waits)) reserve.wait = Millis(between(random_, 1, 4'000));
  reserve.partial = random_.one_in(12);
  this->reserve(visit);
  if (!random_.one_in(12)) return;
  stage_.reached.count(Event::double_clicked);
  request::Reserve again = visit->reserve;
  if (random_.one_in(4))
    again.lines = basket();  // the same id for something else: refused, unless it is first
  later(Micros(20'000), [this, visit, again] { told_.ask(*regions_[visit->region], again, {}); });
}

void Shoppers::later(Micros mean, std::function<void()> action) {
  stage_.queue.after(exponential(random_, mean), std::move(action));
}

void Shoppers::ask(const Shared& visit, Request request, Told::Then then) {
  told_.ask(*regions_[visit->region], std::move(request), std::move(then));
}

void Shoppers::reserve(const Shared& visit) {
  if (!open_) return;
  const std::size_t number =
      told_.ask(*regions_[visit->region], visit->reserve,
                [this, visit](const Operation& operation) { reserved(visit, operation); });
  if (!random_.one_in(15)) return;
  const std::size_t region = visit->region;
  later(Micros(visit->reserve.wait) / 2 + Micros(3'000), [this, visit, number, region] {
    if (told_.all()[number].end != Operation::End::open) return;
    told_.cancel(*regions_[region], number);
    if (random_.one_in(2)) later(second, [this, visit] { reserve(visit); });
  });
}

void Shoppers::reserved(const Shared& visit, const Operation& operation) {
  if (!operation.succeeded()) return not_reserved(visit, operation);
  const auto& answer = std::get<answer::ReservationAnswer>(**operation.answer);
  if (answer.created && visit->reserve.wait > Millis(0) &&
      operation.ended - operation.asked > Micros(100'000))
    stage_.reached.count(Event::waited_and_served);
  visit->id = answer.reservation.id;
  later(2 * second, [this, visit] { decide(visit); });
}

void Shoppers::not_reserved(const Shared& visit, const Operation& operation) {
  if (visit->tries_left-- <= 0 || !worth_a_retry(operation)) return;
  if (random_.one_in(4)) {
    stage_.reached.count(Event::failed_over);
    visit->region = (visit->region + 1 + random_.below(regions_.size() - 1)) % regions_.size();
  } else {
    stage_.reached.count(Event::retried);
  }
  later(second / 2, [this, visit] { reserve(visit); });
}

void Shoppers::decide(const Shared& visit) {
  if (!open_) return;
  const std::uint64_t fate = random_.below(100);
  if (fate < 68) return purchase(visit);
  if (fate < 74) return ask(visit, request::Release{visit->id});
  if (fate < 84) {
    const Millis ttl = some_ttl();
    ask(visit, request::Extend{visit->id, ttl}, [this, visit](const Operation&) { purchase(visit); });
  } else if (fate < 92) {
    ask(visit, request::Change{visit->id, basket()}, [this, visit](const Operation&) { purchase(visit); });
  } else if (fate < 94) {
    ask(visit, request::GetReservation{visit->id});
  } else if (fate < 96) {
    replace(visit);
  }  // else it is abandoned
}

void Shoppers::replace(const Shared& visit) {
  const auto next = std::make_shared<Visit>(*visit);
  next->reserve.id = "cart-" + std::to_string(++visits_);
  next->reserve.key.clear();
  next->reserve.lines = basket();
  next->reserve.replaces = visit->id;
  reserve(next);
}

void Shoppers::purchase(const Shared& visit) {
  const auto if_expired = random_.one_in(3) ? request::IfExpired::fail : request::IfExpired::reacquire;
  const auto then = [this, visit](const Operation& operation) { purchased(visit, operation); };
  ask(visit, request::Purchase{visit->id, visit->order, if_expired}, then);
  if (!random_.one_in(20)) return;
  stage_.reached.count(Event::double_clicked);
  ask(visit, request::Purchase{visit->id, visit->order, if_expired});
}

void Shoppers::purchased(const Shared& visit, const Operation& operation) {
  if (operation.succeeded()) {
    ++purchases_;
    const auto& first = std::get<answer::ReservationAnswer>(**operation.answer).reservation.lines[0];
    visit->bought = {first.sku, first.quantity};
    if (random_.one_in(8)) later(5 * second, [this, visit] { bring_back(visit); });
  } else if (open_ && worth_a_retry(operation) && visit->tries_left-- > 0) {
    stage_.reached.count(Event::retried);
    later(second, [this, visit] { purchase(visit); });
  }
}

// All at once, or a part and then the rest, which may be nothing; twice, or out of order, where answers are
// lost.
void Shoppers::bring_back(const Shared& visit) {
  if (!open_) return;
  if (random_.one_in(3)) {
    const Units part(between(random_, 1, visit->bought.quantity.count()));
    bring_back(visit, {visit->id, "part-" + visit->id, {{visit->bought.sku, part}}});
    later(second, [this, visit] { bring_back(visit, {visit->id, "return-" + visit->id, {}}); });
  } else {
    bring_back(visit, {visit->id, "return-" + visit->id, {}});
  }
}

void Shoppers::bring_back(const Shared& visit, const request::Return& back) {
  ask(visit, back, [this, visit, back](const Operation& operation) {
    if (operation.unknown()) later(second, [this, visit, back] { ask(visit, back); });
  });
}

}  // namespace holdfast::sim
