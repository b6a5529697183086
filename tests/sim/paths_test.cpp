#include "sim/paths.h"

#include <gtest/gtest.h>

namespace holdfast::sim {
namespace {

TEST(Paths, DelaysStayWithinTheJitterAroundHalfTheRoundTrip) {
  Paths paths({"NVA", "IRE"}, published_round_trips({"NVA", "IRE"}), 0.05, Random(1));
  EXPECT_EQ(paths.round_trip(0, 1), Micros(80'600));
  for (int i = 0; i < 1000; ++i) {
    const Micros delay = paths.delay(0, 1);
    ASSERT_TRUE(delay >= Micros(38'285) && delay <= Micros(42'315)) << delay.count();
  }
}

TEST(Paths, ARowThatWasNotPublishedIsTheColumnTransposed) {
  const RoundTrips table = published_round_trips({"GRU", "TYO", "SYD"});
  EXPECT_EQ(table[0][1], Micros(256'800));
  EXPECT_EQ(table[1][0], Micros(256'800));
  EXPECT_EQ(table[0][2], Micros(100'000)) << "never published";
}

TEST(Paths, MoreThanNineRegionsAreAllOneRoundTripApart) {
  std::vector<std::string> regions{"NVA", "NCA", "ORE", "IRE", "FRA", "TYO", "SIN", "SYD", "GRU"};
  EXPECT_EQ(published_round_trips(regions)[0][3], Micros(80'600));
  regions.emplace_back("X");
  EXPECT_EQ(published_round_trips(regions)[0][3], Micros(100'000));
  EXPECT_EQ(published_round_trips(regions)[3][3], Micros(500)) << "within a region";
}

TEST(Paths, NoMessageIsFasterThanTheSoonest) {
  Paths paths({"NVA", "IRE"}, published_round_trips({"NVA", "IRE"}), 0.05, Random(1));
  EXPECT_EQ(paths.soonest(0, 1), Micros(38'285));
  for (int i = 0; i < 1000; ++i) ASSERT_GE(paths.delay(0, 1), paths.soonest(0, 1));
}

TEST(Paths, WordIsSoonestOverWhicheverRegionsThoughTheyAreCutOff) {
  RoundTrips table = equal_round_trips(3, Micros(10'000));
  table[0][2] = Micros(50'000);
  Paths paths({"a", "b", "c"}, table, 0, Random(1));
  paths.set_cut_both(0, 1, true);
  const auto ways = soonest_ways(paths);
  EXPECT_EQ(ways[0][1], Micros(5'000));
  EXPECT_EQ(ways[0][2], Micros(10'000));
  EXPECT_EQ(ways[2][0], Micros(5'000));
}

TEST(Paths, ACutIsOfOneDirectionAndItsEndIsTold) {
  Paths paths({"a", "b"}, equal_round_trips(2, Micros(1000)), 0, Random(1));
  int healed = 0;
  paths.on_healed([&](std::size_t from, std::size_t to) { healed += from == 0 && to == 1; });
  paths.set_cut(0, 1, true);
  EXPECT_TRUE(paths.cut(0, 1));
  EXPECT_FALSE(paths.cut(1, 0));
  paths.set_cut_both(0, 1, false);
  EXPECT_FALSE(paths.cut(0, 1));
  EXPECT_EQ(healed, 1);
}

}  // namespace
}  // namespace holdfast::sim
