// What shoppers will want, from what they wanted.
#include "core/forecast.h"

#include <gtest/gtest.h>

namespace holdfast::test {
namespace {

constexpr std::int64_t minute = 60'000;
constexpr std::int64_t hour = 60 * minute;

TEST(Meter, is_the_rate_while_it_lasts_and_fades_when_it_ends) {
  Meter meter;
  for (int i = 0; i < 1000; ++i) meter.add(node_time(i * 100), 2);  // 20 a second
  EXPECT_NEAR(static_cast<double>(meter.rate(node_time(100'000)).per_1000_s()), 20'000, 500);
  EXPECT_LT(meter.rate(node_time(200'000)).per_1000_s(), 2'000);
  EXPECT_GE(meter.rate(node_time(1'000'000'000'000)), no_demand);
}

TEST(Meter, has_forgotten_after_a_minute_of_silence) {
  Meter meter;
  for (int i = 0; i < 1000; ++i) meter.add(node_time(i * 100), 2);
  EXPECT_LT(meter.rate(node_time(160'000)).per_1000_s(), 400);
  EXPECT_EQ(meter.rate(node_time(400'000)).per_1000_s(), 0);
}

template <std::int64_t tau_ms>
void expect_that_the_largest_amounts_stay_within_64_bits() {
  FadingLevel<tau_ms> level;
  for (int i = 0; i < 100; ++i) {
    level.fade(Millis(i));
    level.add(INT64_MAX);
  }
  EXPECT_GT(level.rate(), no_demand);
  EXPECT_LE(level.rate(), rate_max);
}

TEST(FadingLevel, the_largest_amounts_stay_within_64_bits) {
  expect_that_the_largest_amounts_stay_within_64_bits<10'000>();
  expect_that_the_largest_amounts_stay_within_64_bits<6 * hour>();
}

TEST(Forecast, sees_a_burst_within_a_second) {
  Forecast forecast;
  for (int i = 0; i < 100; ++i) forecast.add(node_time(i * 10), Units(1));  // 100 a second
  EXPECT_GE(forecast.rate(node_time(1'000)).per_1000_s(), 9'000);
}

TEST(Forecast, remembers_a_habit_for_hours) {
  Forecast forecast;
  for (int i = 0; i < 300; ++i)
    forecast.add(node_time(i * 10 * minute), Units(6));  // 36 an hour, for two days
  const std::int64_t end = 300 * 10 * minute;
  EXPECT_NEAR(static_cast<double>(forecast.rate(node_time(end)).per_1000_s()), 10'000. / 1000, 2);
  EXPECT_GE(forecast.rate(node_time(end + 3 * hour)).per_1000_s(), 5);
}

TEST(Forecast, what_is_wanted_once_a_week_is_more_than_nothing) {
  Forecast forecast;
  forecast.add(node_time(0), Units(1));
  EXPECT_GT(forecast.rate(node_time(7 * 24 * hour)), no_demand);
}

TEST(Forecast, a_basket_is_the_one_that_a_unit_is_bought_in) {
  Forecast forecast;
  EXPECT_EQ(forecast.basket(), no_units);
  forecast.add(node_time(0), Units(6));
  EXPECT_EQ(forecast.basket(), Units(6));
  for (int i = 0; i < 50; ++i) forecast.add(node_time(i), Units(i % 2 == 0 ? 1 : 99));
  EXPECT_GT(forecast.basket(), Units(50));  // the mean of baskets; of their units most are bought by the 99
  EXPECT_LT(forecast.basket(), Units(99));
}

}  // namespace
}  // namespace holdfast::test
