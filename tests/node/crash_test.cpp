// I7: replaying checkpoint + journal gives exactly the durable state that was running. Random histories, with
// checkpoints in tiny pieces at random moments, crashes in the middle of them, and time that jumps.
#include <gtest/gtest.h>

#include "base/random.h"
#include "core/invariants.h"
#include "support/region.h"

namespace holdfast::test {
namespace {

// Every slice that either state could have, but for the clock of the boot that recovery itself begins.
std::vector<SliceValue> everything(const State& state) {
  std::vector<SliceValue> all;
  const auto add = [&](SliceId id) {
    if (auto slice = state.slice(id)) all.push_back(*std::move(slice));
  };
  for (std::uint64_t i = 0; i < 64; ++i) {
    add({SliceKind::skus, i});
    add({SliceKind::reservations, i});
    add({SliceKind::memories, i});
  }
  return all;
}

Request random_request(Random& random, std::uint64_t step) {
  const std::string sku = "S" + std::to_string(random.below(600));
  const std::string id = "r" + std::to_string(random.below(40) + step / 40);
  switch (random.below(12)) {
    case 0:
      return request::Adjust{
          sku, "k" + std::to_string(random.below(5000)), Units(1 + random.below(9)), "r", "", {}};
    case 1:
      return request::Adjust{
          sku, "k" + std::to_string(random.below(5000)), -Units(1 + random.below(3)), "r", "", {}};
    case 2:
      return request::Purchase{id, "",
                               random.one_in(2) ? request::IfExpired::fail : request::IfExpired::reacquire};
    case 3: return request::Release{id};
    case 4: return request::Extend{id, Millis(1000 * (1 + random.below(4)))};
    case 5: return request::Change{id, {{sku, Units(1 + random.below(3))}}};
    case 6: return request::Return{id, "ret" + std::to_string(random.below(500)), {}};
    case 7:
      return request::Count{sku, "c" + std::to_string(random.below(500)), Units(random.below(20)), "r", ""};
    case 8: {
      request::Reserve replacing = TestRegion::basket(id + "x", sku, 1);
      replacing.replaces = id;
      return replacing;
    }
    default: {
      request::Reserve basket = TestRegion::basket(
          id, {{sku, Units(1 + random.below(3))}, {"S" + std::to_string(random.below(20)), Units(1)}});
      basket.ttl = Millis(1000 * (1 + random.below(3)));
      basket.partial = random.one_in(3);
      return basket;
    }
  }
}

TEST(Recovery, GivesExactlyTheStateThatWasDurableOverRandomHistories) {
  node::NodeLimits limits;
  limits.checkpoint = {4000, 300};  // a checkpoint after a few records, a slice or two at a time
  std::uint64_t checkpoints = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    Random random(seed);
    TestRegion shop("eu", {}, limits);
    for (std::uint64_t sku = 0; sku < 20; ++sku) shop.stock("S" + std::to_string(sku), 30);
    for (std::uint64_t step = 0; step < 250; ++step) {
      shop.submit(random_request(random, step));
      if (random.one_in(20)) shop.wait(Millis(random.below(3000)));
      if (!random.one_in(50)) continue;
      const auto before = everything(shop.state());
      const std::uint64_t hash = shop.state().stock().state_hash();
      const Position position = shop.state().position();
      checkpoints += shop.disk()->checkpoint_began != Position{};
      shop.crash();
      ASSERT_EQ(everything(shop.state()), before) << "seed " << seed << " step " << step;
      ASSERT_EQ(shop.state().stock().state_hash(), hash);
      ASSERT_EQ(shop.state().position(), position.next());  // the boot's own record
      check_invariants(shop.state());
      const auto audit = std::get<answer::AuditReport>(*shop.ask(request::Audit{}));
      ASSERT_TRUE(audit.mismatches.empty())
          << audit.mismatches.front().sku << ' ' << audit.mismatches.front().field;
    }
  }
  EXPECT_GT(checkpoints, 50u);
}

TEST(Recovery, OfWhatACrashCutOffIsWhatWasDurable) {
  node::NodeLimits limits;
  limits.checkpoint = {2000, 200};
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    Random random(seed);
    TestRegion shop("eu", {}, limits);
    for (std::uint64_t sku = 0; sku < 20; ++sku) shop.stock("S" + std::to_string(sku), 30);
    for (int crash = 0; crash < 6; ++crash) {
      shop.hold_ledger();
      std::map<std::uint64_t, Request> told;
      for (std::uint64_t step = 0; step < 60; ++step) {
        shop.submit(random_request(random, step));
        if (random.one_in(3)) shop.complete_append();
      }
      shop.crash();
      shop.release_ledger();
      check_invariants(shop.state());
    }
  }
}

}  // namespace
}  // namespace holdfast::test
