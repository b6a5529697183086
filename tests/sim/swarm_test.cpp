#include <gtest/gtest.h>

#include "sim/check/oversell.h"
#include "sim/fuzz/life.h"

namespace holdfast::sim {
namespace {

TEST(Swarm, ASeedLivesTheSameLifeTwice) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const Life once = live_through(seed, {}, nullptr);
    const Life again = live_through(seed, {}, nullptr);
    EXPECT_EQ(once.trace_hash, again.trace_hash) << "seed " << seed;
    EXPECT_GT(once.stats.sales, 0u);
  }
}

TEST(Swarm, LeavingOutAKindOfFaultLeavesTheOthersAsTheyAre) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    const Streams streams(seed);
    const Plan whole = draw_plan(streams, {});
    const Plan without = draw_plan(streams, {.without = {FaultKind::cuts}});
    EXPECT_FALSE(without.cuts.on());
    EXPECT_EQ(whole.kills.mean, without.kills.mean);
    EXPECT_EQ(whole.wire.lost, without.wire.lost);
    EXPECT_EQ(whole.full_disks.mean, without.full_disks.mean);
  }
}

// What shoppers are told, one thing after another, by hand.
struct OversellCheckTest : testing::Test {
  void hear(Request request, Answer answer) {
    Operation operation;
    operation.request = std::move(request);
    operation.asked = stage.queue.now();
    check.heard(operation);
    operation.ended = stage.queue.now();
    operation.end = Operation::End::answered;
    operation.answer = std::move(answer);
    check.heard(operation);
  }
  void delivery(const std::string& key, std::int64_t units) {
    hear(request::Adjust{"tea", key, Units(units), "delivery", "", Millis(0)},
         answer::Adjusted{"tea", Units(units), "delivery", {}, Units(units), false, false});
  }
  void reservation(const std::string& id, std::int64_t units, ReservationState state) {
    answer::ReservationView view;
    view.id = id;
    view.state = state;
    view.lines = {{"tea", Units(units), no_units}};
    if (state == ReservationState::pending) view.expires_in = Millis(1'000);
    const bool sold = state == ReservationState::purchased;
    request::Reserve reserve;
    reserve.id = id;
    reserve.lines = {{"tea", Units(units)}};
    hear(sold ? Request(request::Purchase{id, "", {}}) : Request(reserve), answer::ReservationAnswer{view});
  }
  // Under a key of its own; `so_far` units of the purchase have come back by then.
  void come_back(const std::string& id, const std::string& key, std::int64_t units, std::int64_t so_far) {
    answer::ReservationView view;
    view.id = id;
    view.state = ReservationState::purchased;
    view.lines = {{"tea", Units(units), Units(so_far)}};
    hear(request::Return{id, key, {}}, answer::ReservationAnswer{view});
  }

  Stage stage;
  Verdict verdict;
  OversellCheck check{stage, verdict};
};

TEST_F(OversellCheckTest, WhatComesBackInPartsCountsOnceThoughEachAnswerSaysAllOfIt) {
  delivery("monday", 3);
  reservation("a", 3, ReservationState::pending);
  reservation("a", 3, ReservationState::purchased);
  come_back("a", "a part", 3, 1);
  come_back("a", "the rest", 3, 3);
  reservation("b", 3, ReservationState::pending);
  EXPECT_TRUE(verdict.sound());
  reservation("c", 1, ReservationState::pending);
  EXPECT_FALSE(verdict.sound());
}

// Seed 900260: a unit had come back in what an older copy of the disk forgot, and came back again after it.
TEST_F(OversellCheckTest, WhatCameBackToADiskThatForgotItMayComeBackAgain) {
  delivery("monday", 1);
  reservation("a", 1, ReservationState::pending);
  reservation("a", 1, ReservationState::purchased);
  come_back("a", "a part", 1, 1);
  check.forked(0);
  reservation("b", 1, ReservationState::pending);
  come_back("a", "the rest", 1, 1);
  reservation("c", 1, ReservationState::pending);
  EXPECT_TRUE(verdict.sound());
  reservation("d", 1, ReservationState::pending);
  EXPECT_FALSE(verdict.sound());
}

TEST_F(OversellCheckTest, WhatIsHeldAndSoldMayBeAllThatCameInAndNotOneMore) {
  delivery("monday", 5);
  reservation("a", 3, ReservationState::pending);
  reservation("a", 3, ReservationState::purchased);
  reservation("b", 2, ReservationState::pending);
  EXPECT_TRUE(verdict.sound());
  reservation("c", 1, ReservationState::pending);
  ASSERT_FALSE(verdict.sound());
  EXPECT_EQ(verdict.violations()[0].oracle, "O1");
}

TEST_F(OversellCheckTest, ADeliveryThatIsToldTwiceCountsOnce) {
  delivery("monday", 1);
  delivery("monday", 1);
  reservation("a", 2, ReservationState::pending);
  EXPECT_FALSE(verdict.sound());
}

TEST_F(OversellCheckTest, WhoseTimeIsUpHoldsNothingAnyMore) {
  delivery("monday", 1);
  reservation("a", 1, ReservationState::pending);
  stage.queue.run_until(sim_time(Millis(1'001)));
  reservation("b", 1, ReservationState::pending);
  EXPECT_TRUE(verdict.sound());
}

}  // namespace
}  // namespace holdfast::sim
