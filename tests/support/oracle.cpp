#include "support/oracle.h"

#include <algorithm>
#include <set>

namespace holdfast::test {

namespace {

std::string text_of(const Oracle::Basket& basket) {
  std::string text;
  for (const auto& [sku, units] : basket) text += sku + "=" + std::to_string(units) + " ";
  return text;
}

std::string refusal_in(const std::string& state) {
  if (state == "pending") return "reservation_pending";
  return state == "expired" ? "reservation_expired" : "already_" + state;
}

}  // namespace

Oracle::Told Oracle::tell(const std::string& id) const {
  Told told;
  for (const Event& event : events_) {
    if (event.id != id) continue;
    switch (event.kind) {
      case Event::delivered: break;
      case Event::reserved: told = {"pending", event.basket, {}, event.until, event.request}; break;
      case Event::purchased: told.state = "purchased"; break;
      case Event::released: told.state = "released"; break;
      case Event::expired: told.state = "expired"; break;
      case Event::extended: told.until = event.until; break;
      case Event::changed: told.basket = event.basket; break;
      case Event::returned:
        for (const auto& [sku, units] : event.basket) told.returned[sku] += units;
    }
  }
  return told;
}

bool Oracle::was_heard_of(const std::string& sku) const {
  return std::ranges::any_of(events_, [&](const Event& event) {
    return event.kind == Event::delivered && event.basket.contains(sku);
  });
}

std::int64_t Oracle::stock(const std::string& sku) const {
  std::int64_t units = 0;
  std::set<std::string> ids;
  for (const Event& event : events_) {
    ids.insert(event.id);
    if (event.kind == Event::delivered && event.basket.contains(sku)) units += event.basket.at(sku);
  }
  for (const std::string& id : ids) {
    Told told = tell(id);
    if (told.state == "purchased") units -= told.basket[sku] - told.returned[sku];
  }
  return units;
}

std::int64_t Oracle::reserved(const std::string& sku) const {
  std::int64_t units = 0;
  std::set<std::string> ids;
  for (const Event& event : events_) ids.insert(event.id);
  for (const std::string& id : ids) {
    Told told = tell(id);
    if (told.state == "pending") units += told.basket[sku];
  }
  return units;
}

// With one region: here, else in other shoppers' baskets, else fewer are left than wanted, else none.
std::string Oracle::shortage(const Basket& wanted, const Basket& own) const {
  for (const auto& [sku, units] : wanted)
    if (!was_heard_of(sku)) return "sku_unknown";
  std::string worst;
  for (const auto& [sku, units] : wanted) {
    const std::int64_t mine = own.contains(sku) ? own.at(sku) : 0;
    const std::int64_t here = available(sku) + mine;
    if (units <= here) continue;
    const std::int64_t others = reserved(sku) - mine;
    const std::string code = units <= here + others ? "all_reserved"
                             : here + others > 0    ? "not_enough"
                                                    : "sold_out";
    const auto badness = [](const std::string& c) {
      return c == "sold_out" ? 3 : c == "not_enough" ? 2 : c == "all_reserved" ? 1 : 0;
    };
    if (badness(code) > badness(worst)) worst = code;
  }
  return worst;
}

std::string Oracle::reserve(const std::string& id, const Basket& wanted, std::int64_t ttl_ms,
                            const std::string& replaces) {
  const std::string request = text_of(wanted) + std::to_string(ttl_ms) + replaces;
  if (const Told before = tell(id); !before.state.empty()) {
    if (before.request != request) return "idempotency_mismatch";
    const bool is_promise = before.state == "pending" || before.state == "purchased";
    return is_promise ? "repeat " + before.state : refusal_in(before.state);
  }
  const Told replaced = replaces.empty() ? Told{} : tell(replaces);
  if (replaced.state == "purchased") return "already_purchased";
  const bool takes_over = replaced.state == "pending";
  const std::string why = shortage(wanted, takes_over ? replaced.basket : Basket{});
  if (!why.empty()) return why;
  if (takes_over) happened({Event::released, replaces, {}, 0, {}});
  happened({Event::reserved, id, wanted, now_ + ttl_ms, request});
  return "created";
}

std::string Oracle::purchase(const std::string& id, bool reacquire) {
  const Told told = tell(id);
  if (told.state.empty()) return "reservation_unknown";
  if (told.state == "purchased") return "repeat purchased";
  if (told.state == "released") return "already_released";
  if (told.state == "expired") {
    if (!reacquire) return "reservation_expired";
    if (const std::string why = shortage(told.basket, {}); !why.empty()) return why;
  }
  happened({Event::purchased, id, {}, 0, {}});
  return "purchased";
}

std::string Oracle::release(const std::string& id) {
  const Told told = tell(id);
  if (told.state.empty()) return "reservation_unknown";
  if (told.state == "purchased") return "already_purchased";
  if (told.state == "released") return "repeat released";
  if (told.state == "expired") return "expired";
  happened({Event::released, id, {}, 0, {}});
  return "released";
}

std::string Oracle::extend(const std::string& id, std::int64_t ttl_ms) {
  const Told told = tell(id);
  if (told.state.empty()) return "reservation_unknown";
  if (told.state != "pending") return refusal_in(told.state);
  happened({Event::extended, id, {}, now_ + ttl_ms, {}});
  return "pending";
}

std::string Oracle::change(const std::string& id, const Basket& wanted) {
  const Told told = tell(id);
  if (told.state.empty()) return "reservation_unknown";
  if (told.state != "pending") return refusal_in(told.state);
  if (const std::string why = shortage(wanted, told.basket); !why.empty()) return why;
  happened({Event::changed, id, wanted, 0, {}});
  return "pending";
}

std::string Oracle::give_back(const std::string& id, const std::string& key) {
  const std::string use = "return " + id;
  if (keys_.contains(key)) return keys_.at(key) == use ? "repeat purchased" : "idempotency_mismatch";
  Told told = tell(id);
  if (told.state.empty()) return "reservation_unknown";
  if (told.state != "purchased") return refusal_in(told.state);
  Basket back;
  for (const auto& [sku, units] : told.basket)
    if (units > told.returned[sku]) back[sku] = units - told.returned[sku];
  if (back.empty()) return "validation_failed";
  keys_[key] = use;
  happened({Event::returned, id, back, 0, {}});
  return "purchased";
}

std::string Oracle::adjust(const std::string& sku, std::int64_t delta, const std::string& key) {
  const std::string use = "adjust " + sku + std::to_string(delta);
  if (keys_.contains(key)) return keys_.at(key) == use ? "repeat adjusted" : "idempotency_mismatch";
  if (delta < 0)
    if (const std::string why = shortage({{sku, -delta}}, {}); !why.empty()) return why;
  keys_[key] = use;
  happened({Event::delivered, {}, {{sku, delta}}, 0, {}});
  return "adjusted";
}

std::string Oracle::count(const std::string& sku, std::int64_t counted, const std::string& key) {
  const std::string use = "count " + sku + std::to_string(counted);
  if (keys_.contains(key)) return keys_.at(key) == use ? "repeat adjusted" : "idempotency_mismatch";
  const std::int64_t delta = counted - stock(sku);
  if (!was_heard_of(sku) && counted == 0) return "sku_unknown";
  if (delta < 0)
    if (const std::string why = shortage({{sku, -delta}}, {}); !why.empty()) return why;
  keys_[key] = use;
  happened({Event::delivered, {}, {{sku, delta}}, 0, {}});
  return "adjusted";
}

std::string Oracle::state_of(const std::string& id) const {
  const Told told = tell(id);
  return told.state.empty() ? "reservation_unknown" : told.state;
}

void Oracle::tick() {
  std::set<std::string> ids;
  for (const Event& event : events_) ids.insert(event.id);
  for (const std::string& id : ids)
    if (const Told told = tell(id); told.state == "pending" && told.until <= now_)
      happened({Event::expired, id, {}, 0, {}});
}

}  // namespace holdfast::test
