// A dumb oracle of one region without peers: it keeps every event that happened, and works out from scratch,
// by going through all of them, what each call must answer. It shares no code with the core.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace holdfast::test {

class Oracle {
 public:
  using Basket = std::map<std::string, std::int64_t>;

  // Each call answers as said() writes it, and keeps what happened.
  std::string reserve(const std::string& id, const Basket& wanted, std::int64_t ttl_ms,
                      const std::string& replaces);
  std::string purchase(const std::string& id, bool reacquire);
  std::string release(const std::string& id);
  std::string extend(const std::string& id, std::int64_t ttl_ms);
  std::string change(const std::string& id, const Basket& wanted);
  std::string give_back(const std::string& id, const std::string& key);
  std::string adjust(const std::string& sku, std::int64_t delta, const std::string& key);
  std::string count(const std::string& sku, std::int64_t counted, const std::string& key);
  std::string state_of(const std::string& id) const;
  // A sweep at this time: whatever is due expires.
  void tick();
  void pass(std::int64_t ms) { now_ += ms; }

  [[nodiscard]] std::int64_t stock(const std::string& sku) const;     // brought in and not sold
  [[nodiscard]] std::int64_t reserved(const std::string& sku) const;  // in pending baskets
  [[nodiscard]] std::int64_t available(const std::string& sku) const { return stock(sku) - reserved(sku); }

 private:
  struct Event {
    enum Kind { delivered, reserved, purchased, released, expired, extended, changed, returned } kind;
    std::string id;      // of a reservation
    Basket basket;       // how much of what; for `delivered` either sign
    std::int64_t until;  // a deadline
    std::string request;
  };
  // A reservation, as its events tell it.
  struct Told {
    std::string state;  // empty: there is none
    Basket basket;
    Basket returned;
    std::int64_t until = 0;
    std::string request;
  };

  [[nodiscard]] Told tell(const std::string& id) const;
  [[nodiscard]] bool was_heard_of(const std::string& sku) const;
  // Why this cannot be had, where `own` is given up for it; empty: it can.
  [[nodiscard]] std::string shortage(const Basket& wanted, const Basket& own) const;
  void happened(Event event) { events_.push_back(std::move(event)); }

  std::int64_t now_ = 0;
  std::vector<Event> events_;
  std::map<std::string, std::string> keys_;  // what each was used for
};

}  // namespace holdfast::test
