#include "sim/swarm/back_office.h"

#include <algorithm>

#include "core/limits.h"

namespace holdfast::sim {

BackOffice::BackOffice(Stage& stage, Told& told, Regions& regions, const Plan& plan, const Streams& streams)
    : stage_(stage), told_(told), regions_(regions), plan_(plan), random_(streams.stream("back office")) {}

void BackOffice::stock() {
  const auto skus = static_cast<std::int64_t>(plan_.skus);
  for (std::size_t sku = 0; sku < plan_.skus; ++sku) {
    const std::size_t all_in = random_.below(regions_.size());
    for (std::size_t region = 0; region < regions_.size(); ++region) {
      const std::int64_t share = plan_.stock / skus / static_cast<std::int64_t>(regions_.size());
      const std::int64_t units =
          plan_.stock_in_one_region ? (region == all_in ? plan_.stock / skus : 0) : share;
      deliver(region, sku_name(sku), Units(units * plan_.pack));
    }
  }
}

// By as many deliveries as it takes: one has its limit.
void BackOffice::deliver(std::size_t region, const std::string& sku, Units units) {
  for (; units > no_units; units -= std::min(units, limits::quantity_max)) {
    const Units part = std::min(units, limits::quantity_max);
    insist(region, request::Adjust{sku, key(), part, "first delivery", regions_[region]->name(), Millis(0)},
           100);
  }
}

void BackOffice::open() {
  open_ = true;
  next_errand();
}

void BackOffice::next_errand() {
  stage_.queue.after(exponential(random_, plan_.back_office.mean), [this] {
    if (!open_) return;
    run_errand();
    next_errand();
  });
}

void BackOffice::run_errand() {
  const std::size_t region = random_.below(regions_.size());
  if (random_.one_in(3)) {
    told_.ask(*regions_[region], random_.one_in(2) ? lookup() : meddle(), {});
    return;
  }
  insist(region, adjustment(region), 5);
}

Request BackOffice::adjustment(std::size_t region) {
  const std::string named = random_.one_in(2) ? regions_[region]->name() : "";
  const Units few(plan_.pack * between(random_, 1, std::max<std::int64_t>(1, plan_.stock / 40)));
  switch (random_.below(8)) {
    case 0: {
      request::Import import{key(), named, {}};
      for (std::uint64_t line = 1; line <= 1 + random_.below(4); ++line)
        import.lines.push_back(
            {line, some_sku(), Units(plan_.pack * (1 + static_cast<std::int64_t>(random_.below(5)))), ""});
      return import;
    }
    case 1:
    case 2: {
      const std::size_t to = random_.below(regions_.size());  // to itself, too: refused
      return request::MoveRights{some_sku(), key(), regions_[to]->name(), few, named};
    }
    case 3: return request::Count{some_sku(), key(), few, "shelf count", named};
    case 4: return request::Adjust{some_sku(), key(), -few, "broken", named, Millis(random_.below(2'000))};
    case 5:  // for another region: refused
      return request::Adjust{
          some_sku(), key(), few, "delivery", regions_[(region + 1) % regions_.size()]->name(), Millis(0)};
    default: return request::Adjust{some_sku(), key(), few, "delivery", named, Millis(0)};
  }
}

Request BackOffice::lookup() {
  switch (random_.below(8)) {
    case 0: return request::GetSku{random_.one_in(4) ? "unheard-of" : some_sku()};
    case 1: return request::GetAvailability{{some_sku(), "unheard-of"}};
    case 2: return request::ListReservations{};
    case 3: return request::ListSkus{};
    case 4: return request::GetRights{};
    case 5: return request::Audit{random_.one_in(2) ? some_sku() : ""};
    case 6: return request::GetReservation{"cart-" + std::to_string(random_.below(2'000))};
    default: return request::GetStatus{};
  }
}

// Somebody's cart, whatever its state.
Request BackOffice::meddle() {
  const std::string id = "cart-" + std::to_string(random_.below(2'000));
  switch (random_.below(4)) {
    case 0: return request::Release{id};
    case 1: return request::Extend{id, Millis(5'000)};
    case 2: return request::Return{id, "return-" + id, {}};
    default: return request::Purchase{id, "", {}};
  }
}

void BackOffice::insist(std::size_t region, const Request& request, int tries_left) {
  told_.ask(*regions_[region], request, [this, region, request, tries_left](const Operation& operation) {
    const bool again = operation.unknown() || operation.answer->has_value()
                           ? operation.unknown() || random_.one_in(10)
                           : operation.answer->error().retry_after.has_value();
    if (!again || tries_left == 0) return;
    stage_.reached.count(Event::retried);
    stage_.queue.after(exponential(random_, second),
                       [this, region, request, tries_left] { insist(region, request, tries_left - 1); });
  });
}

}  // namespace holdfast::sim
