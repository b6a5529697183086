// Histories against the oracle: random ones by the thousand, and every short one of a small world.
#include <gtest/gtest.h>

#include <functional>

#include "base/random.h"
#include "support/oracle.h"
#include "support/shop.h"

namespace holdfast::test {
namespace {

// The core and the oracle, side by side: the same is asked of both, and they must say the same.
class Pair {
 public:
  Shop core;
  Oracle oracle;

  void expect(const std::string& call, const std::string& found, const std::string& expected) {
    told_ += "  " + call + ": " + found + "\n";
    if (found != expected) ADD_FAILURE() << told_ << "  expected " << expected;
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

 private:
  std::string told_;
};

const std::vector<std::string> all_skus{"a", "b", "c"};
const std::vector<std::string> all_ids{"r1", "r2", "r3", "r4", "r5"};

void random_act(Pair& pair, Random& random) {
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

TEST(Oracle, agrees_with_the_core_over_random_histories) {
  int histories = 0;
  for (std::uint64_t seed = 1; seed <= 1'000; ++seed, ++histories) {
    Random random(seed);
    Pair pair;
    for (int i = 0; i < 40; ++i) random_act(pair, random);
    pair.compare(all_skus, all_ids);
    if (testing::Test::HasFailure()) FAIL() << "seed " << seed;
  }
  std::printf("%d random histories of 40 calls\n", histories);
}

// Two units of one SKU, two ids: every history of this length over every call that makes sense.
using Act = std::function<void(Pair&)>;

std::vector<Act> small_world() {
  std::vector<Act> acts;
  for (const std::string id : {"r1", "r2"}) {
    acts.push_back([id](Pair& pair) { pair.reserve(id, {{"a", id == "r1" ? 1 : 2}}); });
    acts.push_back([id](Pair& pair) { pair.purchase(id); });
    acts.push_back([id](Pair& pair) { pair.release(id); });
  }
  acts.push_back([](Pair& pair) { pair.reserve("r2", {{"a", 2}}, 1, "r1"); });
  acts.push_back([](Pair& pair) { pair.extend("r1", 2); });
  acts.push_back([](Pair& pair) { pair.change("r1", {{"a", 2}}); });
  acts.push_back([](Pair& pair) { pair.give_back("r1", "k1"); });
  acts.push_back([](Pair& pair) { pair.adjust("a", -1, "k2"); });
  acts.push_back([](Pair& pair) {
    pair.sleep(1'000);
    pair.tick();
  });
  return acts;
}

TEST(SmallWorld, every_short_history_is_as_the_oracle_has_it) {
  constexpr int length = 4;
  const std::vector<Act> acts = small_world();
  std::uint64_t histories = 1;
  for (int i = 0; i < length; ++i) histories *= acts.size();
  for (std::uint64_t number = 0; number < histories; ++number) {
    Pair pair;
    pair.adjust("a", 2, "k0");
    for (std::uint64_t rest = number, i = 0; i < length; ++i, rest /= acts.size())
      acts[rest % acts.size()](pair);
    pair.compare({"a"}, {"r1", "r2"});
    if (testing::Test::HasFailure()) FAIL() << "history " << number;
  }
  std::printf("%llu histories of %d calls out of %zu: 1 SKU, 2 units, 2 reservations\n",
              static_cast<unsigned long long>(histories), length, acts.size());
}

}  // namespace
}  // namespace holdfast::test
