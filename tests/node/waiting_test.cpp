#include <gtest/gtest.h>

#include "support/region.h"

namespace holdfast::test {
namespace {

// A region that has a peer which was heard to hold units: shoppers may wait for those.
class Waiting : public testing::Test {
 protected:
  Waiting() : shop("eu", {"us"}) {
    shop.stock("W", 2);
    shop.input(input::LinkUp{
        LinkId(1), input::DialledBy::us, {protocol_version, "test", us, Version(1), {{1, 9, {}}}}});
    message::Rows rows{1, {us}, {{0, record::VersionRange{Version(0), Version(1)}, {{"W", {}}}}}};
    rows.sections[0].rows[0].row.received = Units(5);
    rows.sections[0].rows[0].row.version = Version(1);
    shop.input(input::Received{LinkId(1), rows});
    shop.reserve("held", "W", 2);
  }
  const ReplicaId us{"us", {2, 2}};
  TestRegion shop;
};

TEST_F(Waiting, IsServedWhenUnitsComeBackInOrderOfArrival) {
  const auto first = shop.submit(TestRegion::basket("a", "W", 1, Millis(5000)));
  const auto second = shop.submit(TestRegion::basket("b", "W", 1, Millis(5000)));
  EXPECT_FALSE(shop.answered(first));
  shop.release("held");
  EXPECT_EQ(in_short(shop.answer_to(first)), "created");
  EXPECT_EQ(in_short(shop.answer_to(second)), "created");
  EXPECT_EQ(shop.available("W"), 0);
}

TEST_F(Waiting, AsksWhoeverHasUnitsForExactlyThatMany) {
  shop.take_sent();
  shop.submit(TestRegion::basket("a", "W", 3, Millis(5000)));
  std::optional<message::Ask> ask;
  for (const auto& [link, message] : shop.take_sent())
    if (const auto* found = std::get_if<message::Ask>(&message)) ask = *found;
  ASSERT_TRUE(ask.has_value());
  EXPECT_EQ(ask->giver, us);
  EXPECT_EQ(ask->target, Units(3));
  EXPECT_EQ(ask->kind, record::TransferKind::urgent);
}

TEST_F(Waiting, IsServedByRightsThatArrive) {
  const auto waiter = shop.submit(TestRegion::basket("a", "W", 3, Millis(5000)));
  message::Rows rows{
      2, {us, shop.config().own}, {{0, record::VersionRange{Version(1), Version(2)}, {{"W", {}}}}}};
  rows.sections[0].rows[0].row.received = Units(5);
  rows.sections[0].rows[0].row.sent = {{ReplicaIx(1), Units(3)}};
  rows.sections[0].rows[0].row.version = Version(2);
  shop.input(input::Received{LinkId(1), rows});
  EXPECT_EQ(in_short(shop.answer_to(waiter)), "created");
  shop.input(input::Received{LinkId(1), rows});  // late repeats change nothing
  EXPECT_EQ(shop.available("W"), 0);
}

TEST_F(Waiting, EndsAtItsDeadlineWithTheTruth) {
  const auto waiter = shop.submit(TestRegion::basket("a", "W", 1, Millis(500)));
  shop.wait(Millis(499));
  EXPECT_FALSE(shop.answered(waiter));
  shop.wait(Millis(1));
  EXPECT_EQ(in_short(shop.answer_to(waiter)), "insufficient_here");
}

TEST_F(Waiting, ASecondRequestJoinsTheFirstAndBothGetOneOutcome) {
  const auto first = shop.submit(TestRegion::basket("a", "W", 1, Millis(5000)));
  const auto second = shop.submit(TestRegion::basket("a", "W", 1, Millis(0)));
  EXPECT_EQ(in_short(shop.ask(TestRegion::basket("a", "W", 2, Millis(5000)))), "idempotency_mismatch");
  shop.release("held");
  EXPECT_EQ(in_short(shop.answer_to(first)), "created");
  EXPECT_EQ(in_short(shop.answer_to(second)), "created");
  EXPECT_EQ(shop.available("W"), 1);
}

TEST_F(Waiting, AClientThatGoesAwayHoldsNothing) {
  const auto gone = shop.submit(TestRegion::basket("a", "W", 1, Millis(5000)));
  shop.cancel(gone);
  shop.release("held");
  EXPECT_EQ(shop.available("W"), 2);
  EXPECT_FALSE(shop.answered(gone));
}

TEST_F(Waiting, ReleaseOfAWaitingIdEndsTheWait) {
  const auto waiter = shop.submit(TestRegion::basket("a", "W", 1, Millis(5000)));
  EXPECT_EQ(state_in(shop.release("a")), ReservationState::released);
  EXPECT_EQ(in_short(shop.answer_to(waiter)), "insufficient_here");
  shop.release("held");
  EXPECT_EQ(in_short(shop.ask(TestRegion::basket("a", "W", 1))), "created");  // it left no trace
}

TEST_F(Waiting, OneThatStillLacksIsPassedOver) {
  const auto large = shop.submit(TestRegion::basket("a", "W", 5, Millis(5000)));
  const auto small = shop.submit(TestRegion::basket("b", "W", 1, Millis(5000)));
  shop.release("held");
  EXPECT_FALSE(shop.answered(large));
  EXPECT_EQ(in_short(shop.answer_to(small)), "created");
}

TEST_F(Waiting, ARepeatedAskNeverGivesTwice) {
  shop.release("held");
  const message::Ask ask{us, shop.config().own, "W", no_units, Units(1), record::TransferKind::urgent, 0, 0};
  for (int repeat = 0; repeat < 3; ++repeat) shop.input(input::Received{LinkId(1), ask});
  EXPECT_EQ(shop.available("W"), 1);
  message::Ask raised = ask;
  raised.target = Units(2);
  shop.input(input::Received{LinkId(1), raised});
  EXPECT_EQ(shop.available("W"), 0);
}

TEST_F(Waiting, AnAskForAnotherReplicaOrByAFrozenOneIsNotServed) {
  shop.release("held");
  const message::Ask other{us, {"eu", {9, 9}}, "W", no_units, Units(1), record::TransferKind::urgent, 0, 0};
  shop.input(input::Received{LinkId(1), other});
  const message::Ask frozen{
      {"us", {0, 9}}, shop.config().own, "W", no_units, Units(1), record::TransferKind::urgent, 0, 0};
  shop.input(input::Received{LinkId(1), frozen});
  EXPECT_EQ(shop.available("W"), 2);
}

TEST_F(Waiting, ACutOffRegionIsUnreachableNeverSoldOut) {
  shop.input(input::LinkDown{LinkId(1)});
  shop.wait(Millis(2000));
  EXPECT_EQ(in_short(shop.reserve("a", "W", 1)), "rights_unreachable");
}

}  // namespace
}  // namespace holdfast::test
