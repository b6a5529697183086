// Pair: the core and the oracle, side by side: the same is asked of both, and they must say the same.
#pragma once

#include <string>
#include <vector>

#include "base/random.h"
#include "support/oracle.h"
#include "support/shop.h"

namespace holdfast::test {

class Pair {
 public:
  Shop core;
  Oracle oracle;

  void expect(const std::string& call, const std::string& found, const std::string& expected) {
    told_ += "  " + call + ": " + found + "\n";
    if (found != expected && wrong_.empty()) wrong_ = told_ + "  expected " + expected;
  }

  void reserve(const std::string& id, const Oracle::Basket& wanted, std::int64_t ttl_s = 1,
               const std::string& replaces = "") {
    request::Reserve request;
    request.id = id;
    for (const auto& [sku, units] : wanted) request.lines.push_back({sku, Units(units)});
    request.ttl = Millis(ttl_s * 1000);
    request.replaces = replaces;
    expect("reserve " + id, said(core.ask(request)), oracle.reserve(id, wanted, ttl_s * 1000, replaces));
  }
  void purchase(const std::string& id, bool reacquire = true) {
    const auto if_expired = reacquire ? request::IfExpired::reacquire : request::IfExpired::fail;
    expect("purchase " + id, core.purchase(id, "", if_expired), oracle.purchase(id, reacquire));
  }
  void release(const std::string& id) { expect("release " + id, core.release(id), oracle.release(id)); }
  void extend(const std::string& id, std::int64_t seconds) {
    expect("extend " + id, core.extend(id, seconds), oracle.extend(id, seconds * 1000));
  }
  void change(const std::string& id, const Oracle::Basket& wanted) {
    expect("change " + id, core.change(id, {wanted.begin(), wanted.end()}), oracle.change(id, wanted));
  }
  void give_back(const std::string& id, const std::string& key) {
    expect("return " + id + " " + key, core.give_back(id, key), oracle.give_back(id, key));
  }
  void adjust(const std::string& sku, std::int64_t delta, const std::string& key) {
    expect("adjust " + sku + " " + std::to_string(delta) + " " + key, core.adjust(sku, delta, key),
           oracle.adjust(sku, delta, key));
  }
  void count(const std::string& sku, std::int64_t counted, const std::string& key) {
    expect("count " + sku + " " + std::to_string(counted) + " " + key, core.count(sku, counted, key),
           oracle.count(sku, counted, key));
  }
  // Time passes; a sweep may come late.
  void sleep(std::int64_t ms) {
    told_ += "  " + std::to_string(ms) + " ms pass\n";
    core.sleep(Millis(ms));
    oracle.pass(ms);
  }
  void tick() {
    told_ += "  tick\n";
    core.step(input::Tick{});
    oracle.tick();
  }
  void restart() {
    told_ += "  restart\n";
    core.restart();
  }
  void compare(const std::vector<std::string>& skus, const std::vector<std::string>& ids) {
    for (const std::string& sku : skus) {
      expect("rights of " + sku, std::to_string(core.rights(sku)), std::to_string(oracle.stock(sku)));
      expect("available of " + sku, std::to_string(core.available(sku)),
             std::to_string(oracle.available(sku)));
    }
    for (const std::string& id : ids) expect("state of " + id, core.state_of(id), oracle.state_of(id));
  }

  // The history up to the first answer that differs; empty: none does.
  [[nodiscard]] const std::string& wrong() const { return wrong_; }

 private:
  std::string told_;
  std::string wrong_;
};

inline const std::vector<std::string> all_skus{"a", "b", "c"};
inline const std::vector<std::string> all_ids{"r1", "r2", "r3", "r4", "r5"};

// One call, drawn: of any kind, under one of a few names.
inline void random_act(Pair& pair, Random& random) {
  const auto id = [&] { return all_ids[random.below(all_ids.size())]; };
  const auto sku = [&] { return all_skus[random.below(all_skus.size())]; };
  const auto key = [&] { return "k" + std::to_string(random.below(12)); };
  const auto basket = [&] {
    Oracle::Basket wanted{{sku(), 1 + static_cast<std::int64_t>(random.below(3))}};
    if (random.one_in(3)) wanted[sku()] = 1;
    return wanted;
  };
  switch (random.below(14)) {
    case 0:
    case 1:
    case 2:
      return pair.reserve(id(), basket(), 1 + static_cast<std::int64_t>(random.below(3)),
                          random.one_in(4) ? id() : "");
    case 3:
    case 4: return pair.purchase(id(), random.one_in(2));
    case 5: return pair.release(id());
    case 6: return pair.extend(id(), 1 + static_cast<std::int64_t>(random.below(3)));
    case 7: return pair.change(id(), basket());
    case 8: return pair.give_back(id(), key());
    case 9: return pair.adjust(sku(), random.one_in(3) ? -1 : 2, key());
    case 10: return pair.count(sku(), static_cast<std::int64_t>(random.below(5)), key());
    case 11: return pair.sleep(static_cast<std::int64_t>(random.below(1'500)));
    case 12: return pair.tick();
    default:
      if (random.one_in(3)) pair.restart();
  }
}

}  // namespace holdfast::test
