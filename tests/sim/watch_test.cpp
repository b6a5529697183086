// The watch believes nothing but what shoppers were told: histories made by hand, with known measures.
#include "sim/measure/watch.h"

#include <gtest/gtest.h>

namespace holdfast::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr SimTime start{};
constexpr SimTime late = start + std::chrono::hours(1);

Watch::Told granted(std::uint64_t id, Micros took = Micros(0), SimTime expires_at = late,
                    bool remote = false) {
  return {id, {}, {Denial::none, remote, expires_at, {}}, took, false};
}
Watch::Told refused(bool world_had_it) {
  return {0, {}, {Denial::short_here, false, {}, {}}, {}, world_had_it};
}

TEST(Watch, a_forged_oversell_is_seen) {
  Watch watch(2);
  watch.stocked({{0, 5}, {1, 5}});
  watch.told(start, {{0, 5}}, granted(1));
  EXPECT_EQ(watch.oversold_units(), 0);
  watch.told(start, {{0, 2}}, granted(2));
  EXPECT_EQ(watch.oversold_units(), 2);
}

TEST(Watch, an_oversell_stays_seen_when_the_units_come_back_later) {
  Watch watch(1);
  watch.stocked({{0, 1}});
  watch.told(start, {{0, 1}}, granted(1));
  watch.told(start, {{0, 1}}, granted(2));
  watch.released(2);
  watch.stocked({{0, 10}});
  EXPECT_EQ(watch.measures(late).oversold_units, 1);
}

TEST(Watch, what_was_released_or_has_expired_may_be_sold_again) {
  Watch watch(1);
  watch.stocked({{0, 1}});
  watch.told(start, {{0, 1}}, granted(1));
  watch.released(1);
  watch.told(start, {{0, 1}}, granted(2, Micros(0), start + seconds(5)));
  watch.told(start + seconds(5), {{0, 1}}, granted(3));
  EXPECT_EQ(watch.oversold_units(), 0);
}

TEST(WatchDeathTest, a_sale_in_no_region_ends_the_run) {
  Watch watch(1);
  watch.stocked({{0, 1}});
  watch.told(start, {{0, 1}}, granted(1));
  EXPECT_DEATH(watch.purchased(1, regions_max), "broken promise");
}

TEST(Watch, what_was_purchased_never_expires) {
  Watch watch(1);
  watch.stocked({{0, 1}});
  watch.told(start, {{0, 1}}, granted(1, Micros(0), start + seconds(5)));
  watch.purchased(1, 0);
  watch.told(start + seconds(6), {{0, 1}}, granted(2));
  EXPECT_EQ(watch.oversold_units(), 1);
}

TEST(Watch, refusals_are_false_where_the_world_had_the_units) {
  Watch watch(1);
  watch.stocked({{0, 9}});
  watch.told(start, {{0, 1}}, granted(1));
  watch.told(start, {{0, 1}}, refused(true));
  watch.told(start, {{0, 20}}, refused(false));
  watch.told(start, {{0, 1}}, refused(false));
  EXPECT_DOUBLE_EQ(*watch.measures(late).false_denial_pct, 25);
}

TEST(Watch, what_is_left_was_wanted_only_if_a_refused_basket_fits_it_whole) {
  Watch watch(2);
  watch.stocked({{0, 5}, {1, 1}});
  watch.gave_up({{0, 6}});
  EXPECT_EQ(watch.measures(late).unsold_wanted_units, 0);
  watch.gave_up({{0, 3}, {1, 1}});
  watch.gave_up({{0, 2}, {1, 1}});  // no more of the second
  watch.gave_up({{0, 2}});
  EXPECT_EQ(watch.measures(late).unsold_wanted_units, 6);
}

TEST(Watch, latency_and_reach_are_of_reservations) {
  Watch watch(1);
  watch.stocked({{0, 1000}});
  for (std::uint64_t id = 1; id <= 100; ++id)
    watch.told(start, {{0, 1}}, granted(id, milliseconds(id), late, id > 75));
  watch.told(start, {{0, 1}}, refused(false));
  const auto measures = watch.measures(late);
  EXPECT_DOUBLE_EQ(*measures.reserve_ms.p50, 50);
  EXPECT_DOUBLE_EQ(*measures.reserve_ms.p99, 99);
  EXPECT_DOUBLE_EQ(*measures.reserve_ms.p999, 100);
  EXPECT_DOUBLE_EQ(*measures.remote_pct, 25);
}

TEST(Watch, service_while_cut_counts_what_could_be_served_only) {
  Watch watch(1);
  watch.stocked({{0, 10}});
  auto served = granted(1), unserved = refused(false), hopeless = refused(false);
  served.asked = unserved.asked = {.while_cut = true, .in_reach_of_it = true};
  hopeless.asked = {.while_cut = true, .in_reach_of_it = false};
  EXPECT_FALSE(watch.measures(late).served_in_partition_pct);
  for (const auto& told : {served, unserved, hopeless}) watch.told(start, {{0, 1}}, told);
  EXPECT_DOUBLE_EQ(*watch.measures(late).served_in_partition_pct, 50);
}

TEST(Watch, a_part_of_a_basket_is_all_that_is_gone) {
  Watch watch(1);
  watch.stocked({{0, 3}});
  auto part = granted(1);
  part.reply.got = {{0, 3}};
  watch.told(start, {{0, 8}}, part);
  watch.purchased(1, 0);
  EXPECT_EQ(watch.measures(late).units_sold, 3);
  EXPECT_EQ(watch.oversold_units(), 0);
}

}  // namespace
}  // namespace holdfast::sim
