// The fault model: what comes out of a lane, and when.
#include "proxy/lane.h"

#include <gtest/gtest.h>

#include <bit>
#include <string>
#include <string_view>

namespace holdfast::proxy {
namespace {

using namespace std::chrono_literals;

void take(Lane& lane, Time now, std::string_view text, const Faults& faults) {
  lane.take(now, std::as_bytes(std::span(text)), faults);
}

// All that is due at this moment.
std::string out(Lane& lane, Time now, const Faults& faults) {
  std::string text;
  for (Due due = lane.due(now, faults); !due.bytes.empty(); due = lane.due(now, faults)) {
    text.append(reinterpret_cast<const char*>(due.bytes.data()), due.bytes.size());
    lane.delivered(now, due.bytes.size(), faults);
  }
  return text;
}

TEST(Lane, passes_everything_on_in_order_when_nothing_is_wrong) {
  Lane lane(Direction::up, 1);
  take(lane, 0us, "one ", {});
  take(lane, 0us, "two", {});
  EXPECT_EQ(out(lane, 0us, {}), "one two");
  EXPECT_TRUE(lane.empty());
  EXPECT_EQ(lane.counters(), (Counters{.bytes_in = 7, .bytes_out = 7}));
}

TEST(Lane, delivers_the_end_after_the_bytes_before_it) {
  Lane lane(Direction::up, 1);
  take(lane, 0us, "last", {});
  lane.end(0us, End::closed, {});
  EXPECT_EQ(lane.due(0us, {}).end, End::none);
  EXPECT_EQ(out(lane, 0us, {}), "last");
  EXPECT_EQ(lane.due(0us, {}).end, End::closed);
  lane.ended();
  EXPECT_TRUE(lane.empty());
}

TEST(Lane, holds_bytes_back_for_the_delay_and_says_until_when) {
  const Faults slow{.delay = 80ms};
  Lane lane(Direction::up, 1);
  take(lane, 1ms, "late", slow);
  EXPECT_EQ(out(lane, 80ms, slow), "");
  EXPECT_EQ(lane.due(80ms, slow).again, Time(81ms));
  EXPECT_EQ(out(lane, 81ms, slow), "late");
}

TEST(Lane, keeps_the_order_whatever_the_jitter) {
  const Faults shaky{.delay = 1ms, .jitter = 100ms};
  Lane lane(Direction::up, 7);
  std::string sent, received;
  for (int i = 0; i < 100; ++i) {
    const std::string text(1, static_cast<char>('a' + i % 26));
    take(lane, i * 1ms, text, shaky);
    sent += text;
    received += out(lane, i * 1ms, shaky);
  }
  EXPECT_LT(received.size(), sent.size());
  EXPECT_EQ(received + out(lane, 201ms, shaky), sent);
}

TEST(Lane, lets_go_at_once_of_what_it_held_when_the_delay_is_lifted) {
  Lane lane(Direction::up, 1);
  take(lane, 0us, "days late", {.delay = 24h});
  EXPECT_EQ(out(lane, 1ms, {}), "days late");
}

TEST(Lane, that_is_stalled_neither_reads_nor_delivers_and_loses_nothing) {
  const Faults stalled{.stall = Sides::up};
  Lane lane(Direction::up, 1);
  take(lane, 0us, "patient", {});
  EXPECT_EQ(lane.room(stalled), 0u);
  EXPECT_EQ(out(lane, 1h, stalled), "");
  EXPECT_EQ(out(lane, 1h, {}), "patient");
  EXPECT_FALSE(lane.broken());
}

TEST(Lane, is_not_stalled_by_a_stall_of_the_other_direction) {
  const Faults stalled{.stall = Sides::down};
  Lane lane(Direction::up, 1);
  EXPECT_GT(lane.room(stalled), 0u);
  take(lane, 0us, "through", stalled);
  EXPECT_EQ(out(lane, 0us, stalled), "through");
}

TEST(Lane, that_is_cut_loses_what_comes_and_what_was_on_its_way) {
  const Faults cut{.delay = 10ms, .cut = Sides::both};
  Lane lane(Direction::down, 1);
  take(lane, 0us, "on its way", {.delay = 10ms});
  take(lane, 1ms, "sent", cut);
  EXPECT_GT(lane.room(cut), 0u);
  EXPECT_EQ(out(lane, 1h, cut), "");
  EXPECT_EQ(out(lane, 1h, {}), "");
  EXPECT_TRUE(lane.broken());
  EXPECT_EQ(lane.counters(), (Counters{.bytes_in = 14, .bytes_lost = 14}));
}

TEST(Lane, that_is_cut_hides_that_its_sender_closed) {
  const Faults cut{.cut = Sides::up};
  Lane lane(Direction::up, 1);
  lane.end(0us, End::closed, cut);
  EXPECT_EQ(lane.due(1h, {}).end, End::none);
  EXPECT_TRUE(lane.broken());
}

TEST(Lane, that_said_nothing_during_a_cut_is_not_broken) {
  const Faults cut{.cut = Sides::both};
  Lane lane(Direction::up, 1);
  take(lane, 0us, "before", {});
  EXPECT_EQ(out(lane, 0us, {}), "before");
  EXPECT_EQ(out(lane, 1s, cut), "");
  EXPECT_FALSE(lane.broken());
}

TEST(Lane, throttles_to_the_rate_that_is_asked_for) {
  const Faults slow{.throttle_bytes_per_s = 10'000};
  Lane lane(Direction::up, 1);
  take(lane, 0us, std::string(5'000, 'x'), slow);
  std::size_t bytes = 0;
  for (Time now = 0us; now <= 250ms; now += 1ms) bytes += out(lane, now, slow).size();
  EXPECT_GE(bytes, 2'400u);
  EXPECT_LE(bytes, 2'900u);  // a quarter of a second, a slice and the credit for late timers
}

TEST(Lane, under_a_throttle_of_one_byte_a_second_still_moves) {
  const Faults slow{.throttle_bytes_per_s = 1};
  Lane lane(Direction::up, 1);
  take(lane, 0us, "abc", slow);
  EXPECT_EQ(out(lane, 0us, slow), "a");
  EXPECT_EQ(out(lane, 1s, slow), "b");
}

TEST(Lane, flips_one_bit_of_about_one_byte_in_so_many_and_counts_them) {
  const Faults noisy{.flip_one_byte_in = 100};
  const std::string sent(100'000, '\0');
  Lane lane(Direction::up, 42);
  take(lane, 0us, sent, noisy);
  std::uint64_t flipped = 0;
  for (const char c : out(lane, 0us, noisy)) {
    flipped += c != 0;
    EXPECT_LE(std::popcount(static_cast<unsigned char>(c)), 1);
  }
  EXPECT_EQ(flipped, lane.counters().bytes_flipped);
  EXPECT_GT(flipped, 800u);
  EXPECT_LT(flipped, 1'200u);
}

TEST(Lane, flips_the_same_bytes_for_the_same_seed_however_they_were_read) {
  const Faults noisy{.jitter = 1ms, .flip_one_byte_in = 10};
  const std::string sent(1'000, 'x');
  Lane whole(Direction::up, 5), pieces(Direction::up, 5), other(Direction::up, 6);
  take(whole, 0us, sent, noisy);
  take(other, 0us, sent, noisy);
  for (std::size_t i = 0; i < sent.size(); i += 100) take(pieces, 0us, sent.substr(i, 100), noisy);
  const std::string flipped = out(whole, 1s, noisy);
  EXPECT_EQ(out(pieces, 1s, noisy), flipped);
  EXPECT_NE(out(other, 1s, noisy), flipped);
}

TEST(Lane, asks_for_no_more_once_it_is_full_even_with_single_bytes) {
  const Faults late{.delay = 1h};
  Lane lane(Direction::up, 1);
  std::size_t taken = 0;
  for (; lane.room(late) > 0 && taken <= lane_bytes_max; ++taken) take(lane, 0us, "x", late);
  EXPECT_EQ(lane.room(late), 0u);
  EXPECT_LT(taken, lane_bytes_max / 8);
}

TEST(Lane, holds_a_quarter_of_a_second_under_a_throttle) {
  EXPECT_EQ(Lane(Direction::up, 1).room({.throttle_bytes_per_s = 1'000'000}), 250'000u);
  EXPECT_EQ(Lane(Direction::up, 1).room({.throttle_bytes_per_s = 1}), throttled_lane_bytes_min);
}

}  // namespace
}  // namespace holdfast::proxy
