// Several regions: how rows spread, how rights move, and what must hold whatever the network does.
#include <gtest/gtest.h>

#include "core/invariants.h"
#include "support/world.h"

namespace holdfast::test {
namespace {

TEST(Regions, HearOfEachOthersStockAndAgree) {
  World world({"eu", "us", "ap"});
  world[0].stock("W", 10);
  world.run(Millis(500));
  EXPECT_TRUE(world.converged());
  EXPECT_EQ(world[2].state().stock().rights(*world[2].state().replicas().of_region("eu"),
                                            *world[2].state().stock().find("W")),
            Units(10));
}

TEST(Regions, AgreeAlsoWhereMessagesWereLost) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    World world({"eu", "us"}, seed);
    world.run(Millis(100));
    for (int delivery = 0; delivery < 5; ++delivery) {
      world[0].stock("W" + std::to_string(delivery), 10);
      world.run(Millis(50), 2);
    }
    world.run(Millis(4000));
    ASSERT_TRUE(world.converged()) << "seed " << seed;
  }
}

TEST(Regions, SellWhatLiesElsewhereToAShopperWhoWaits) {
  World world({"eu", "us", "ap"});
  world[0].stock("W", 10);
  world.run(Millis(500));
  const auto waiter = world[1].submit(TestRegion::basket("a", "W", 4, Millis(2000)));
  world.run(Millis(200));
  EXPECT_EQ(in_short(world[1].answer_to(waiter)), "created");
  world.run(Millis(500));
  EXPECT_TRUE(world.converged());
}

TEST(Regions, ServeAShopperWhoComesAgain) {
  World world({"eu", "us", "ap"});
  world[0].stock("W", 10);
  world.run(Millis(500));
  EXPECT_EQ(in_short(world[1].reserve("a", "W", 2)), "insufficient_here");
  world.run(Millis(300));
  EXPECT_EQ(in_short(world[1].reserve("a", "W", 2)), "created");
}

TEST(Regions, SellTheLastUnitInAnyRegionThatReachesItsHolder) {
  World world({"eu", "us", "ap"});
  world[0].stock("W", 1);
  world.run(Millis(500));
  std::vector<std::pair<std::size_t, RequestToken>> shoppers;
  for (std::size_t region = 1; region < 3; ++region)
    shoppers.emplace_back(region, world[region].submit(TestRegion::basket("last", "W", 1, Millis(3000))));
  world.run(Millis(3500));
  std::size_t sold = 0;
  for (const auto& [region, token] : shoppers) sold += in_short(world[region].answer_to(token)) == "created";
  EXPECT_EQ(sold, 1u);
}

TEST(Regions, GoAroundABrokenLink) {
  World world({"eu", "us", "ap"});
  world.cut(0, 2);
  world[0].stock("W", 5);
  world.run(Millis(1000));
  EXPECT_TRUE(world.converged());
  const auto waiter = world[2].submit(TestRegion::basket("a", "W", 5, Millis(3000)));
  world.run(Millis(1000));
  EXPECT_EQ(in_short(world[2].answer_to(waiter)), "created");
}

// A bridge: us has links with both, and neither eu nor ap ever met the other.
TEST(Regions, BuyOverAThirdWhatLiesInARegionThatNeverMetThem) {
  World world({"eu", "us", "ap"}, World::Pairs{{0, 1}, {1, 2}});
  world[0].stock("W", 5);
  world.run(Millis(1500));
  const auto waiter = world[2].submit(TestRegion::basket("a", "W", 5, Millis(3000)));
  world.run(Millis(1000));
  EXPECT_EQ(in_short(world[2].answer_to(waiter)), "created");
}

TEST(Regions, GetTheLastUnitForAShopperWhoTriesAgainWhereOthersOnlyBoughtBefore) {
  World world({"eu", "us"});
  world[0].stock("W", 3);
  world.run(Millis(500));
  EXPECT_EQ(in_short(world[0].reserve("x", "W", 2)), "created");
  std::string said;
  for (int attempt = 0; attempt < 30 && said != "created"; ++attempt) {
    said = in_short(world[1].reserve("y", "W", 1));
    world.run(Millis(200));
  }
  EXPECT_EQ(said, "created");
}

// The view of ap is a moment old: us has the units by now.
TEST(Regions, FollowUnitsThatWerePassedOnWithinARoundTripMore) {
  World world({"eu", "us", "ap"});
  world[0].stock("W", 5);
  world.run(Millis(500));
  world.cut(0, 2);
  world.cut(1, 2);
  ASSERT_TRUE(world[0].ask(request::MoveRights{"W", "k", "us", Units(5), ""}));
  world.run(Millis(200));
  world.link(0, 2);
  world.link(1, 2);
  const auto waiter = world[2].submit(TestRegion::basket("a", "W", 5, Millis(3000)));
  world.run(Millis(250));
  ASSERT_TRUE(world[2].answered(waiter));
  EXPECT_EQ(in_short(world[2].answer_to(waiter)), "created");
}

TEST(Regions, SayWhoHasHeardOfAllThatWasGiven) {
  World world({"eu", "us", "ap"});
  world.cut(1, 2);
  const auto has_all = [&](std::size_t region) {
    return world[0].node().replica().readings(world[0].now().node).regions.at(region).has_all;
  };
  world[0].stock("W", 5);
  EXPECT_FALSE(has_all(1)) << "it has just come in";
  world.run(Millis(500));
  EXPECT_TRUE(has_all(1));
  world.cut(0, 2);
  ASSERT_TRUE(world[0].ask(request::MoveRights{"W", "k", "us", Units(5), ""}));
  EXPECT_FALSE(has_all(1));
  world.run(Millis(500));
  EXPECT_TRUE(has_all(1));
  EXPECT_FALSE(has_all(2)) << "nothing reaches it";
}

TEST(Regions, ThatAreCutOffSellTheirOwnAndNobodySaysSoldOut) {
  World world({"eu", "us", "ap"});
  for (std::size_t region = 0; region < 3; ++region) world[region].stock("W", 3);
  world.run(Millis(500));
  world.cut(0, 2);
  world.cut(1, 2);
  world.run(Millis(3000));
  EXPECT_EQ(in_short(world[2].reserve("a", "W", 3)), "created");
  EXPECT_EQ(in_short(world[2].reserve("b", "W", 1)), "rights_unreachable");
  world[0].submit(TestRegion::basket("c", "W", 6, Millis(1000)));
  world.run(Millis(1500));
  EXPECT_EQ(in_short(world[1].reserve("d", "W", 1)), "rights_unreachable");
}

TEST(Regions, FenceACopyOfALedgerThatWasSoldFrom) {
  World world({"eu", "us"});
  world[0].stock("W", 5);
  world.run(Millis(500));
  const ledger::MemoryDisk copy = *world[0].disk();
  world[0].reserve("a", "W", 2);
  world[0].purchase("a");
  world.run(Millis(500));
  *world[0].disk() = copy;
  world.crash(0);
  world.link(0, 1);
  world.run(Millis(500));
  EXPECT_FALSE(world[0].state().fenced().empty());
  EXPECT_EQ(in_short(world[0].reserve("b", "W", 5)), "fenced");
}

// What shoppers were told, over everything that may go wrong: never more than there was.
struct Told {
  std::map<std::string, std::int64_t> stock;
  std::map<std::pair<std::size_t, std::string>, std::pair<std::string, std::int64_t>>
      bought;  // by region and id
  [[nodiscard]] std::int64_t sold(const std::string& sku) const {
    std::int64_t total = 0;
    for (const auto& [id, line] : bought)
      if (line.first == sku) total += line.second;
    return total;
  }
};

void break_something(World& world, Random& random) {
  const std::size_t a = random.below(world.size());
  const std::size_t b = (a + 1 + random.below(world.size() - 1)) % world.size();
  switch (random.below(4)) {
    case 0: return world.cut(a, b);
    case 1: return world.crash(a);
    default:
      if (!world.linked(a, b)) world.link(a, b);
  }
}

void shop_once(World& world, Random& random, Told& told, std::uint64_t number) {
  const std::size_t region = random.below(world.size());
  const std::string sku = "S" + std::to_string(random.below(3));
  const std::string id = "r" + std::to_string(number);
  if (random.one_in(12)) {
    if (in_short(world[region].stock(sku, 3)) == "ok") told.stock[sku] += 3;
    return;
  }
  const auto quantity = static_cast<std::int64_t>(1 + random.below(2));
  const Millis wait(random.one_in(2) ? 1000 : 0);
  const auto token = world[region].submit(TestRegion::basket(id, sku, quantity, wait));
  if (random.one_in(2)) world.run(Millis(20), 10);
  if (!world[region].answered(token) || in_short(world[region].answer_to(token)) != "created") return;
  const Answer bought = world[region].purchase(id);
  if (bought) told.bought[{region, id}] = {sku, quantity};
}

void heal(World& world) {
  for (std::size_t a = 0; a < world.size(); ++a)
    for (std::size_t b = 0; b < a; ++b) world.link(a, b);
}

TEST(Regions, NeverOversellAndConvergeWhateverBreaks) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    Random random(seed);
    World world({"eu", "us", "ap"}, seed);
    Told told;
    for (std::uint64_t number = 0; number < 120; ++number) {
      shop_once(world, random, told, number);
      if (random.one_in(10)) break_something(world, random);
      world.run(Millis(random.below(5) * 10), 20);
    }
    heal(world);
    world.run(Millis(4000));
    ASSERT_TRUE(world.converged()) << "seed " << seed;
    for (const auto& [sku, stock] : told.stock) ASSERT_LE(told.sold(sku), stock) << "seed " << seed;
    for (const auto& [where, line] : told.bought)
      ASSERT_EQ(state_in(world[where.first].get(where.second)), ReservationState::purchased)
          << "seed " << seed;
    for (std::size_t region = 0; region < 3; ++region) check_invariants(world[region].state());
  }
}

TEST(Regions, ServeOneOfTwoWhoEachLackWhatTheOtherHas) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    World world({"eu", "us"}, seed);
    world[0].stock("A", 1);
    world[1].stock("B", 1);
    world.run(Millis(500));
    std::vector<RequestToken> waiters;
    for (std::size_t region = 0; region < 2; ++region)
      waiters.push_back(
          world[region].submit(TestRegion::basket("both", {{"A", Units(1)}, {"B", Units(1)}}, Millis(5000))));
    world.run(Millis(1000));
    ASSERT_EQ(in_short(world[0].answer_to(waiters[0])), "created") << "seed " << seed;
    ASSERT_EQ(in_short(world[1].answer_to(waiters[1])), "all_reserved") << "seed " << seed;
  }
}

TEST(Regions, LeaveNothingStranded) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    Random random(seed);
    World world({"eu", "us", "ap"}, seed);
    for (std::size_t region = 0; region < 3; ++region)
      world[region].stock("W", static_cast<std::int64_t>(random.below(4) + 1));
    world.run(Millis(500));
    const std::size_t buyer = random.below(3);
    std::int64_t total = 0;
    for (std::uint16_t replica = 0; replica < 3; ++replica)
      total += world[buyer].state().stock().rights(ReplicaIx(replica), SkuId(0)).count();
    std::int64_t sold = 0;
    for (int attempt = 0; attempt < 40; ++attempt) {
      const std::string id = "b" + std::to_string(attempt);
      const auto token = world[buyer].submit(TestRegion::basket(id, "W", 1, Millis(2000)));
      world.run(Millis(100));
      if (!world[buyer].answered(token)) world.run(Millis(2000));
      sold += in_short(world[buyer].answer_to(token)) == "created";
    }
    ASSERT_EQ(sold, total) << "seed " << seed;
  }
}

// What eu's rows say of demand there, as us shows it.
answer::SkuRights shown_in(TestRegion& region) {
  request::GetRights request;
  request.sku = "W";
  return std::get<answer::Rights>(region.ask(request).value()).skus.at(0);
}

TEST(Regions, HearThatWhatSoldFastElsewhereSellsNoMore) {
  World world({"eu", "us"});
  world[0].stock("W", 10'000);
  for (int second = 0; second < 10; ++second) {
    const std::string cart = "r" + std::to_string(second);
    world[0].reserve(cart, "W", 100);
    world[0].purchase(cart);
    world.run(Millis(1'000));
  }
  const answer::SkuRights during = shown_in(world[1]);
  world.run(Millis(170'000));
  const answer::SkuRights after = shown_in(world[1]);
  EXPECT_LT(after.sold_per_1000_s, during.sold_per_1000_s / 8);
  EXPECT_GT(after.runs_dry_in, during.runs_dry_in.value() * 8);
}

}  // namespace
}  // namespace holdfast::test
