#include "support/outbox.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"

namespace holdfast::node {
namespace {

Effects effects(std::size_t records, std::vector<Outbound> outbound) {
  Effects made;
  made.records.resize(records);
  made.outbound = std::move(outbound);
  return made;
}

Outbound reply(std::uint64_t token) { return output::BriefReply(RequestToken(token), {}); }
Outbound send(Message message) { return output::Send{LinkId(1), std::move(message)}; }

TEST(Outbox, lets_out_at_once_what_rests_on_nothing_that_is_not_durable) {
  Outbox outbox(Position(7), test::kept_records);
  Effects read = effects(0, {reply(1)});
  take(outbox, read, node_time(0));
  EXPECT_EQ(outbox.take_released().size(), 1u);
  EXPECT_TRUE(read.outbound.empty());
}

TEST(Outbox, holds_back_an_answer_until_its_record_is_durable) {
  Outbox outbox(Position(7), test::kept_records);
  Effects sale = effects(1, {reply(1)});
  take(outbox, sale, node_time(0));
  EXPECT_TRUE(outbox.take_released().empty());
  EXPECT_EQ(begin_write(outbox), 1u);
  EXPECT_TRUE(outbox.take_released().empty());
  outbox.durable_up_to(Position(8));
  EXPECT_EQ(outbox.take_released().size(), 1u);
}

// A read, a replay, a refusal, a tick: computed from memory that is ahead of the disk.
TEST(Outbox, holds_back_what_a_step_without_records_says_until_all_records_before_it_are_durable) {
  Outbox outbox(Position(0), test::kept_records);
  Effects first = effects(1, {});
  take(outbox, first, node_time(0));
  (void)outbox.begin_write();
  Effects second = effects(1, {});
  take(outbox, second, node_time(1));
  Effects read = effects(0, {reply(1), send(message::VersionVector{}), send(message::Rows{}),
                             send(message::Summary{}), send(message::AskAnswer{})});
  take(outbox, read, node_time(2));
  outbox.durable_up_to(Position(1));
  EXPECT_TRUE(outbox.take_released().empty());
  EXPECT_EQ(outbox.longest_wait(node_time(9)), Millis(7));
  (void)outbox.begin_write();
  outbox.durable_up_to(Position(2));
  EXPECT_EQ(outbox.take_released().size(), 5u);
  EXPECT_EQ(outbox.longest_wait(node_time(9)), Millis(0));
}

struct RecordsOf100Bytes : test::KeptRecords {
  [[nodiscard]] std::size_t bytes() const override { return 100 * size(); }
};

TEST(Outbox, says_what_its_records_will_take_until_they_are_durable) {
  Outbox outbox(Position(0),
                []() -> std::unique_ptr<RecordBatch> { return std::make_unique<RecordsOf100Bytes>(); });
  Effects first = effects(2, {});
  take(outbox, first, node_time(0));
  EXPECT_EQ(outbox.bytes(), 200u);
  (void)outbox.begin_write();
  Effects second = effects(1, {});
  take(outbox, second, node_time(1));
  EXPECT_EQ(outbox.bytes(), 300u);
  outbox.durable_up_to(Position(2));
  EXPECT_EQ(outbox.bytes(), 100u);
  (void)outbox.begin_write();
  outbox.durable_up_to(Position(3));
  EXPECT_EQ(outbox.bytes(), 0u);
}

TEST(Outbox, lets_heartbeats_asks_and_closed_links_pass) {
  Outbox outbox(Position(0), test::kept_records);
  Effects sale = effects(1, {reply(1), send(message::Heartbeat{}), send(message::Ask{}),
                             output::CloseLink{LinkId(1), "x"}, output::Notice{"y"}});
  take(outbox, sale, node_time(0));
  EXPECT_EQ(outbox.take_released().size(), 4u);
  EXPECT_EQ(outbox.held(), 1u);
}

TEST(Outbox, finds_a_record_until_it_is_durable) {
  Outbox outbox(Position(4), test::kept_records);
  Effects two = effects(2, {});
  two.records[0].at = node_time(5);
  two.records[1].at = node_time(6);
  take(outbox, two, node_time(0));
  (void)outbox.begin_write();
  Effects one = effects(1, {});
  one.records[0].at = node_time(7);
  take(outbox, one, node_time(0));
  for (const std::uint64_t position : {5, 6, 7})
    EXPECT_EQ(outbox.find(Position(position))->at, node_time(static_cast<std::int64_t>(position)));
  outbox.durable_up_to(Position(6));
  EXPECT_FALSE(outbox.find(Position(6)));
  EXPECT_EQ(outbox.find(Position(7))->at, node_time(7));
}

// I4, over random steps: whatever leaves was said in a step of which every record, and every record before,
// is durable; it leaves in the order in which it was said; and nothing stays behind.
TEST(Outbox, nothing_is_outbound_before_every_record_made_up_to_its_step_is_durable) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    Random random(seed);
    Outbox outbox(Position(seed), test::kept_records);
    std::uint64_t made = seed;
    std::uint64_t durable = seed;
    std::uint64_t writing = 0;
    std::uint64_t said = 0;
    std::uint64_t left = 0;
    std::vector<std::uint64_t> needs;  // by what was said
    const auto check_released = [&] {
      for (const Outbound& outbound : take_all_released(outbox)) {
        const std::uint64_t number = std::get<output::BriefReply>(outbound).token.value();
        ASSERT_EQ(number, left++);
        ASSERT_LE(needs[number], durable);
      }
    };
    for (int i = 0; i < 200; ++i) {
      switch (random.below(3)) {
        case 0: {
          Effects some = effects(random.below(3), {});
          made += some.records.size();
          for (std::uint64_t n = random.below(3); n > 0; --n) {
            some.outbound.push_back(reply(said++));
            needs.push_back(made);
          }
          take(outbox, some, node_time(i));
          break;
        }
        case 1:
          if (writing == 0) writing = begin_write(outbox);
          break;
        default: durable += std::exchange(writing, 0); outbox.durable_up_to(Position(durable));
      }
      check_released();
    }
    durable += writing;
    outbox.durable_up_to(Position(durable));
    durable += begin_write(outbox);
    outbox.durable_up_to(Position(durable));
    check_released();
    ASSERT_EQ(left, said);
    ASSERT_EQ(durable, made);
  }
}

}  // namespace
}  // namespace holdfast::node
