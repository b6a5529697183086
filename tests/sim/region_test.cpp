#include "three_regions.h"

namespace holdfast::sim {
namespace {

using RegionTest = ThreeRegions;

TEST_F(RegionTest, RegionsFindEachOtherAndAShopperWhoWaitsIsServedFromAnother) {
  run(Millis(500));
  for (std::size_t i = 0; i < 3; ++i) EXPECT_TRUE(regions[i]->linked((i + 1) % 3));
  EXPECT_TRUE(ask(0, delivery(10))->has_value());
  const auto answer = ask(1, basket("cart", 4, Millis(2'000)), Millis(500));
  ASSERT_TRUE(answer.has_value());
  EXPECT_TRUE(answer->has_value()) << answer->error().detail;
}

TEST_F(RegionTest, WhatWasAcknowledgedIsThereAfterThePowerIsLost) {
  run(Millis(500));
  EXPECT_TRUE(ask(0, delivery(10))->has_value());
  EXPECT_TRUE(ask(0, basket("cart", 4))->has_value());
  regions[0]->lose_power(Tail::lost);
  EXPECT_FALSE(ask(0, basket("other", 1)).has_value()) << "nobody listens";
  regions[0]->start();
  run(Millis(100));
  const auto answer = ask(0, request::GetReservation{"cart"});
  ASSERT_TRUE(answer.has_value());
  EXPECT_TRUE(answer->has_value());
}

TEST_F(RegionTest, AnAppendThatIsUnderWayWhenTheProcessDiesIsLostOrKeptAsIsSaid) {
  run(Millis(500));
  EXPECT_TRUE(ask(0, delivery(10))->has_value());
  for (const Tail tail : {Tail::lost, Tail::kept}) {
    bool closed = false;
    regions[0]->submit(basket("cart", 4), [&](const auto& answer) { closed = !answer; });
    run(Micros(100));
    ASSERT_TRUE(regions[0]->storage().writing());
    regions[0]->kill(tail);
    regions[0]->start();
    run(Millis(100));
    EXPECT_TRUE(closed);
    EXPECT_EQ(ask(0, request::GetReservation{"cart"})->has_value(), tail == Tail::kept);
  }
}

TEST_F(RegionTest, ACutShowsAsSilenceAndTheLinkComesBackAfterIt) {
  run(Millis(500));
  paths.set_cut(0, 1, true);
  run(Millis(3'000));
  EXPECT_FALSE(regions[0]->linked(1));
  EXPECT_FALSE(regions[1]->linked(0));
  EXPECT_TRUE(regions[0]->linked(2));
  paths.set_cut(0, 1, false);
  run(Millis(12'000));
  EXPECT_TRUE(regions[0]->linked(1));
  EXPECT_TRUE(regions[1]->linked(0));
}

TEST_F(RegionTest, DamagedBytesEndALinkAndAreNeverApplied) {
  run(Millis(500));
  network.faults(0, 1).damaged = 1;
  run(Millis(2'000));
  EXPECT_GT(stage.reached.times(Event::corruption_rejected), 0u);
  network.faults(0, 1).damaged = 0;
  run(Millis(12'000));
  EXPECT_TRUE(regions[0]->linked(1));
}

TEST_F(RegionTest, AFullDiskRefusesUntilItHasRoomAgain) {
  run(Millis(500));
  EXPECT_TRUE(ask(0, delivery(10))->has_value());
  regions[0]->storage().platter().set_full(true);
  EXPECT_TRUE(ask(0, basket("first", 1))->has_value()) << "the ballast is given up for it";
  EXPECT_EQ(ask(0, basket("second", 1))->error().code, RefusalCode::disk_full);
  regions[0]->storage().platter().set_full(false);
  run(Millis(1'500));
  EXPECT_TRUE(ask(0, basket("second", 1))->has_value());
}

TEST_F(RegionTest, WhileAProcessIsPausedNothingOfItIsHeardAndThenItAnswers) {
  run(Millis(500));
  regions[0]->pause(Millis(700));
  EXPECT_FALSE(ask(0, delivery(10), Millis(600)).has_value());
  EXPECT_TRUE(ask(0, delivery(10), Millis(600))->has_value());
}

TEST_F(RegionTest, AProcessThatIsPausedAgainTakesWhatCameInTheOrderInWhichItCame) {
  run(Millis(500));
  std::vector<int> order;
  const auto ask_for = [&](int number) {
    regions[0]->submit(request::GetStatus{}, [&order, number](const auto&) { order.push_back(number); });
    run(Millis(1));
  };
  regions[0]->pause(Millis(100));
  ask_for(1);
  regions[0]->pause(Millis(300));
  ask_for(2);
  run(Millis(500));
  EXPECT_EQ(order, (std::vector{1, 2}));
}

}  // namespace
}  // namespace holdfast::sim
