// Backoff, SendQueue and Remarks: no sockets.
#include <gtest/gtest.h>

#include "net/backoff.h"
#include "net/remarks.h"
#include "net/send_queue.h"
#include "wire/frame.h"
#include "wire/message_codec.h"

namespace holdfast::net {
namespace {

std::vector<Message> messages_in(const Bytes& bytes) {
  std::vector<Message> messages;
  wire::FrameReader reader;
  reader.feed(bytes);
  for (;;) {
    const auto frame = reader.next();
    if (!frame || !*frame) return messages;
    messages.push_back(*wire::decode_message(**frame));
  }
}

Message heartbeat(std::uint64_t sent_ms) { return message::Heartbeat{.sent_ms = sent_ms}; }
Message vector(std::uint64_t seen) { return message::VersionVector{.entries = {}, .rows_seen = seen}; }

TEST(Backoff, never_waits_longer_than_its_ceiling_which_doubles_up_to_the_longest) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    Backoff backoff(seed);
    Millis ceiling = Backoff::first;
    for (int i = 0; i < 20; ++i) {
      const Millis wait = backoff.next();
      EXPECT_GE(wait, Millis(1));
      EXPECT_LE(wait, ceiling);
      ceiling = std::min(ceiling * 2, Backoff::longest);
    }
  }
}

TEST(Backoff, begins_anew_after_a_reset) {
  Backoff backoff(1);
  for (int i = 0; i < 20; ++i) static_cast<void>(backoff.next());
  backoff.reset();
  EXPECT_LE(backoff.next(), Backoff::first);
}

TEST(Backoff, two_seeds_do_not_come_back_together) {
  Backoff a(1);
  Backoff b(2);
  int same = 0;
  for (int i = 0; i < 20; ++i) same += a.next() == b.next();
  EXPECT_LT(same, 10);
}

TEST(SendQueue, gives_what_waits_in_order_and_is_empty_afterwards) {
  SendQueue queue;
  queue.push(vector(1));
  queue.push(vector(2));
  EXPECT_FALSE(queue.empty());
  EXPECT_EQ(messages_in(queue.take()), (std::vector<Message>{vector(1), vector(2)}));
  EXPECT_TRUE(queue.empty());
}

TEST(SendQueue, a_heartbeat_that_waits_is_not_lost_to_one_that_only_repeats_it) {
  SendQueue queue;
  const Message repeated = message::Heartbeat{.repeats = 1};
  queue.push(heartbeat(1));
  queue.push(repeated);
  EXPECT_EQ(messages_in(queue.take()), (std::vector<Message>{heartbeat(1)}));
  queue.push(repeated);
  queue.push(heartbeat(2));
  EXPECT_EQ(messages_in(queue.take()), (std::vector<Message>{heartbeat(2)}));
}

TEST(SendQueue, holds_only_the_newest_heartbeat_and_lets_it_go_first) {
  SendQueue queue;
  queue.push(heartbeat(1));
  queue.push(vector(1));
  queue.push(heartbeat(2));
  EXPECT_EQ(messages_in(queue.take()), (std::vector<Message>{heartbeat(2), vector(1)}));
  EXPECT_EQ(queue.frames_dropped(), 0U);
}

TEST(SendQueue, drops_and_counts_what_passes_its_bound_and_keeps_whole_messages) {
  Bytes one;
  wire::append_framed(vector(1), one);
  SendQueue queue(2 * one.size());
  for (std::uint64_t i = 1; i <= 5; ++i) queue.push(vector(i));
  queue.push(heartbeat(9));
  EXPECT_EQ(queue.frames_dropped(), 3U);
  EXPECT_EQ(messages_in(queue.take()), (std::vector<Message>{heartbeat(9), vector(1), vector(2)}));
  queue.push(vector(6));
  EXPECT_EQ(messages_in(queue.take()), (std::vector<Message>{vector(6)}));
}

TEST(SendQueue, gives_out_a_parcel_at_a_time_and_a_heartbeat_before_the_next) {
  SendQueue queue;
  Bytes one;
  wire::append_framed(vector(1), one);
  const std::size_t in_a_parcel = (SendQueue::parcel_bytes + one.size() - 1) / one.size();
  for (std::uint64_t i = 0; i < 2 * in_a_parcel; ++i) queue.push(vector(i));
  EXPECT_EQ(queue.take().size(), in_a_parcel * one.size());
  queue.push(heartbeat(1));
  const auto second = messages_in(queue.take());
  ASSERT_EQ(second.size(), in_a_parcel + 1);
  EXPECT_EQ(second[0], heartbeat(1));
  EXPECT_EQ(second[1], vector(in_a_parcel));
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.frames_taken(), 2 * in_a_parcel + 1);
}

TEST(SendQueue, what_was_cleared_is_not_sent_and_makes_room) {
  Bytes one;
  wire::append_framed(vector(1), one);
  SendQueue queue(one.size());
  queue.push(vector(1));
  queue.push(heartbeat(1));
  queue.clear();
  EXPECT_TRUE(queue.empty());
  queue.push(vector(2));
  EXPECT_EQ(messages_in(queue.take()), (std::vector<Message>{vector(2)}));
}

struct RemarksTest : testing::Test {
  Remarks remarks{3};
  Remarks::Time now{};
};

TEST_F(RemarksTest, the_same_line_is_written_once_a_minute) {
  EXPECT_EQ(remarks.remark("region us", "is down", now), "region us: is down");
  EXPECT_FALSE(remarks.remark("region us", "is down", now + std::chrono::seconds(59)));
  EXPECT_TRUE(remarks.remark("region us", "is gone", now + std::chrono::seconds(59)));
  EXPECT_TRUE(remarks.remark("region us", "is down", now + std::chrono::seconds(60)));
}

TEST_F(RemarksTest, no_more_different_lines_are_written_than_are_allowed) {
  for (const char* whom : {"a", "b", "c"}) EXPECT_TRUE(remarks.remark(whom, "talks", now));
  EXPECT_FALSE(remarks.remark("d", "talks", now));
  EXPECT_TRUE(remarks.remark("d", "talks", now + Remarks::again_after));
}

TEST_F(RemarksTest, a_line_is_printable_and_short_whatever_it_says) {
  EXPECT_EQ(printable("a\x1b[2J\r\n\xc3\xa9z", 100), "a?[2J????z");
  EXPECT_EQ(printable("abcdef", 3), "abc");
  EXPECT_LE(remarks.remark("x", std::string(100'000, 'y'), now)->size(), 400U);
}

}  // namespace
}  // namespace holdfast::net
