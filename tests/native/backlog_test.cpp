// How long what is read has waited: told from bytes that come and are read, at times that the test says.
#include "native/backlog.h"

#include <gtest/gtest.h>

namespace holdfast::native {
namespace {

using namespace std::chrono_literals;

Backlog::Time at(std::chrono::milliseconds time) { return Backlog::Time(time); }

TEST(Backlog, nothing_has_waited_where_all_is_read_that_comes) {
  Backlog backlog;
  EXPECT_EQ(backlog.read(100, 0, at(1s)), 0ms);
  EXPECT_EQ(backlog.read(100, 0, at(20s)), 0ms);
}

TEST(Backlog, what_comes_at_once_after_a_long_silence_has_not_waited_through_the_silence) {
  Backlog backlog;
  EXPECT_EQ(backlog.read(100, 0, at(1s)), 0ms);
  EXPECT_EQ(backlog.read(65'536, 300'000, at(60s)), 0ms);
  EXPECT_EQ(backlog.read(65'536, 234'464, at(60'005ms)), 5ms);
}

// A client that keeps its 1,000 bytes under way, for minutes: each waits for those before it.
TEST(Backlog, whoever_always_has_as_much_under_way_waits_no_longer_than_that_takes) {
  Backlog backlog;
  std::chrono::nanoseconds longest{0};
  for (int turn = 1; turn <= 100'000; ++turn)
    longest = std::max(longest, backlog.read(100, 900, at(std::chrono::milliseconds(turn))));
  EXPECT_GE(longest, 9ms);
  EXPECT_LE(longest, 18ms);
}

// It sends faster than it is read: what waits in between grows until nothing more fits.
TEST(Backlog, whoever_sends_faster_than_is_read_waits_ever_longer) {
  Backlog backlog;
  std::size_t left = 0;
  std::chrono::nanoseconds last{0};
  for (int turn = 1; turn <= 2'000; ++turn)
    last = backlog.read(100, left = std::min<std::size_t>(left + 100, 100'000),
                        at(std::chrono::milliseconds(turn)));
  EXPECT_GE(last, 500ms);
  EXPECT_LE(last, 2000ms);
}

// Between two turns of a slow loop as much comes as one turn reads.
TEST(Backlog, what_is_read_whole_in_each_slow_turn_has_waited_for_a_turn) {
  Backlog backlog;
  for (int turn = 1; turn <= 5; ++turn) {
    const auto waited = backlog.read(60'000, 1'000, at(turn * 1s));
    EXPECT_EQ(waited, turn > 1 ? 1s : 0s);
  }
}

TEST(Backlog, what_a_client_had_to_wait_for_by_its_own_doing_is_forgiven) {
  Backlog backlog;
  EXPECT_EQ(backlog.read(100, 900, at(1s)), 0ms);
  backlog.forgive(at(9s));
  EXPECT_EQ(backlog.read(100, 800, at(9s)), 0ms);
  EXPECT_EQ(backlog.read(800, 50, at(10s)), 1s);
}

}  // namespace
}  // namespace holdfast::native
