#include "sim/event_queue.h"

#include <gtest/gtest.h>

#include <string>

#include "sim/streams.h"

namespace holdfast::sim {
namespace {

TEST(EventQueue, RunsEventsByTimeAndThoseOfOneTimeInTheOrderInWhichTheyCame) {
  EventQueue queue;
  std::string happened;
  queue.after(Micros(20), [&] { happened += 'c'; });
  queue.after(Micros(10), [&] { happened += 'a'; });
  queue.after(Micros(10), [&] {
    happened += 'b';
    queue.after(Micros(0), [&] { happened += '!'; });
  });
  queue.run_until(sim_time(Micros(15)));
  EXPECT_EQ(happened, "ab!");
  EXPECT_EQ(queue.now(), sim_time(Micros(15)));
  queue.run_until(sim_time(Micros(100)));
  EXPECT_EQ(happened, "ab!c");
  EXPECT_FALSE(queue.run_next());
}

TEST(Streams, AreTheSameForOneSeedAndNameAndOtherwiseOthers) {
  const Streams streams(7);
  EXPECT_EQ(streams.stream("faults", 1)(), Streams(7).stream("faults", 1)());
  EXPECT_NE(streams.stream("faults", 1)(), streams.stream("faults", 2)());
  EXPECT_NE(streams.stream("faults")(), streams.stream("shoppers")());
  EXPECT_NE(streams.stream("faults")(), Streams(8).stream("faults")());
}

TEST(Draws, StayWithinWhatTheyPromise) {
  Random random(1);
  for (int i = 0; i < 10'000; ++i) {
    const std::int64_t drawn = log_uniform(random, 3, 5000);
    ASSERT_TRUE(drawn >= 3 && drawn <= 5000);
    ASSERT_GE(exponential(random, Micros(1000)), Micros(0));
    const Micros time = between(random, Micros(2), Micros(4));
    ASSERT_TRUE(time >= Micros(2) && time <= Micros(4));
  }
}

}  // namespace
}  // namespace holdfast::sim
