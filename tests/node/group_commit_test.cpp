// I4: nothing is outbound before every record made up to its step is durable.
#include "node/outbox.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "support/outbox.h"
#include "support/region.h"

namespace holdfast::test {
namespace {

Effects effects(std::size_t records, std::uint64_t token) {
  Effects made;
  made.records.resize(records);
  made.outbound.push_back(output::Reply{RequestToken(token), Answer(failure(Refusal{}))});
  return made;
}

// More than one batch waits for the disk.
void fall_behind(TestRegion& shop) {
  shop.hold_ledger();
  for (std::size_t i = 0; i < 2 * node::Outbox::batch_records_max; ++i)
    shop.submit(request::Adjust{"W", "k" + std::to_string(i), Units(1), "delivery", "", Millis(0)});
}

TEST(Outbox, HoldsWhatHasNoRecordsOfItsOwnBehindRecordsOfEarlierSteps) {
  node::Outbox outbox(Position(0), test::kept_records);
  Effects with = effects(1, 1);
  Effects without = effects(0, 2);
  take(outbox, with, node_time(0));
  take(outbox, without, node_time(0));
  EXPECT_TRUE(outbox.take_released().empty());
  (void)outbox.begin_write();
  outbox.durable_up_to(Position(1));
  EXPECT_EQ(outbox.take_released().size(), 2u);
}

TEST(Outbox, LetsHeartbeatsAndAsksPass) {
  node::Outbox outbox(Position(0), test::kept_records);
  Effects made = effects(1, 1);
  made.outbound.push_back(output::Send{LinkId(1), Message(message::Heartbeat{})});
  made.outbound.push_back(output::Send{LinkId(1), Message(message::Ask{})});
  made.outbound.push_back(output::Send{LinkId(1), Message(message::VersionVector{})});
  take(outbox, made, node_time(0));
  EXPECT_EQ(outbox.take_released().size(), 2u);
}

TEST(Outbox, ReleasesNothingEarlyAndEverythingInOrderOverRandomHistories) {
  Random random(1);
  for (int history = 0; history < 300; ++history) {
    node::Outbox outbox(Position(0), test::kept_records);
    std::vector<std::uint64_t> needs;  // by token: the position that it waits for
    std::uint64_t made = 0, durable = 0, writing = 0, released = 0;
    for (int i = 0; i < 200; ++i) {
      if (random.one_in(2)) {
        const std::size_t records = random.below(3);
        made += records;
        Effects step = effects(records, needs.size());
        needs.push_back(made);
        take(outbox, step, node_time(i));
      } else if (writing > 0) {
        durable += std::exchange(writing, 0);
        outbox.durable_up_to(Position(durable));
      } else {
        writing = begin_write(outbox);
      }
      for (const Outbound& outbound : take_all_released(outbox)) {
        ASSERT_EQ(std::get<output::Reply>(outbound).token.value(), released);
        ASSERT_LE(needs[released], durable);
        ++released;
      }
    }
  }
}

TEST(GroupCommit, WhileOneBatchIsWrittenTheNextCollects) {
  TestRegion shop;
  shop.stock("W", 100);
  shop.hold_ledger();
  std::vector<RequestToken> tokens;
  for (int i = 0; i < 10; ++i)
    tokens.push_back(shop.submit(TestRegion::basket("r" + std::to_string(i), "W", 1)));
  EXPECT_EQ(shop.appends_waiting(), 1u);
  EXPECT_FALSE(shop.answered(tokens[0]));
  shop.complete_append();
  EXPECT_TRUE(shop.answered(tokens[0]));
  EXPECT_FALSE(shop.answered(tokens[1]));
  EXPECT_EQ(shop.appends_waiting(), 1u);
  shop.complete_append();
  for (const RequestToken token : tokens) EXPECT_TRUE(shop.answered(token));
}

// Of requests that came together, none waits for a commit that another began.
TEST(GroupCommit, WhatComesInOneCallIsWrittenInOneBatch) {
  TestRegion shop;
  shop.stock("W", 100);
  shop.hold_ledger();
  const std::vector<RequestToken> tokens = shop.submit_in_order(
      {TestRegion::basket("a", "W", 1), TestRegion::basket("b", "W", 1), TestRegion::basket("c", "W", 1)});
  shop.complete_append();
  for (const RequestToken token : tokens) EXPECT_TRUE(shop.answered(token));
  EXPECT_EQ(shop.appends_waiting(), 0u);
}

TEST(GroupCommit, WhatAHandshakeSaysIsDurableThoughMoreThanABatchWaits) {
  TestRegion shop;
  fall_behind(shop);
  while (shop.complete_append())  // a record each takes a version, but for that of the boot
    EXPECT_EQ(shop.node().hello().version.value(), shop.node().durable().value() - 1);
}

TEST(GroupCommit, ACheckpointGoesOnThoughMoreThanABatchWaits) {
  node::NodeLimits limits;
  limits.checkpoint.journal_bytes = 1;  // always due
  TestRegion shop("eu", {}, limits);
  fall_behind(shop);
  const std::int64_t available = shop.available("W");
  while (shop.complete_append()) {
  }
  shop.crash();
  EXPECT_EQ(shop.available("W"), available);
}

TEST(GroupCommit, AReadWaitsForWhatItShows) {
  TestRegion shop;
  shop.stock("W", 1);
  shop.hold_ledger();
  shop.submit(TestRegion::basket("a", "W", 1));
  const auto read = shop.submit(request::GetSku{"W"});
  EXPECT_FALSE(shop.answered(read));
  shop.release_ledger();
  EXPECT_EQ(std::get<answer::SkuView>(*shop.answer_to(read)).available_here, no_units);
}

TEST(Door, RefusesNewReservationsWhileTheDiskIsBehindAndStillFinishesOldOnes) {
  TestRegion shop;
  shop.stock("W", 10);
  shop.reserve("old", "W", 1);
  shop.hold_ledger();
  shop.submit(TestRegion::basket("a", "W", 1));
  shop.advance_to(shop.now().node + Millis(2000));
  EXPECT_EQ(in_short(shop.ask(TestRegion::basket("b", "W", 1))), "overloaded");
  const auto purchase = shop.submit(request::Purchase{"old", "", {}});
  EXPECT_FALSE(shop.answered(purchase));
  shop.release_ledger();
  EXPECT_EQ(in_short(shop.answer_to(purchase)), "ok");
}

TEST(Crash, BeforeTheDiskHasItForgetsOnlyWhatNobodyWasTold) {
  TestRegion shop;
  shop.stock("W", 10);
  shop.reserve("told", "W", 1);
  shop.hold_ledger();
  const auto untold = shop.submit(TestRegion::basket("untold", "W", 1));
  EXPECT_FALSE(shop.answered(untold));
  shop.crash();
  shop.release_ledger();
  EXPECT_EQ(in_short(shop.get("told")), "ok");
  EXPECT_EQ(in_short(shop.get("untold")), "reservation_unknown");
  EXPECT_EQ(shop.available("W"), 9);
}

TEST(GroupCommit, WhatIsToldBrieflyWaitsForTheDiskAsWell) {
  TestRegion shop;
  shop.stock("W", 1);
  shop.hold_ledger();
  request::Reserve basket = TestRegion::basket("a", "W", 1);
  basket.brief = true;
  const RequestToken token = shop.submit(std::move(basket));
  EXPECT_FALSE(shop.answered(token));
  ASSERT_TRUE(shop.complete_append());
  const Answer answer = shop.answer_to(token);
  EXPECT_TRUE(answer && std::get<answer::BriefReservation>(*answer).created);
}

}  // namespace
}  // namespace holdfast::test
