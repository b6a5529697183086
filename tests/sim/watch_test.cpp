// The watch believes nothing but what shoppers were told: histories made by hand, with known measures.
#include "sim/measure/watch.h"

#include <gtest/gtest.h>

#include <cmath>

namespace holdfast::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr SimTime start{};
constexpr SimTime late = start + std::chrono::hours(1);

Watch::Told granted(std::uint64_t id, Micros took = Micros(0), SimTime expires_at = late,
                    bool remote = false) {
  return {id, 0, {}, {Denial::none, remote, expires_at, {}}, took, false};
}
Watch::Told refused(bool world_had_it) {
  return {0, 0, {}, {Denial::short_here, false, {}, {}}, {}, world_had_it};
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
  watch.released(start, 2);
  watch.stocked({{0, 10}});
  EXPECT_EQ(watch.measures(late).oversold_units, 1);
}

TEST(Watch, what_was_released_or_has_expired_may_be_sold_again) {
  Watch watch(1);
  watch.stocked({{0, 1}});
  watch.told(start, {{0, 1}}, granted(1));
  watch.released(start, 1);
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

// Three regions: 50 ms from 0 to 1, 80 ms to 2.
class UnheardUnits : public testing::Test {
 protected:
  static constexpr auto ms = [](int time) { return start + milliseconds(time); };

  // Of one product, with 3 units from the beginning.
  UnheardUnits() { watch_.stocked({{0, 3}}); }

  void grants(SimTime now, std::uint64_t id, std::size_t region, std::int64_t units,
              SimTime expires_at = late) {
    auto told = granted(id, Micros(0), expires_at);
    told.region = region;
    watch_.told(now, {{0, units}}, told);
  }
  // Of so many units, which the world had: could nobody there have known?
  [[nodiscard]] bool unheard(SimTime now, std::size_t region, std::int64_t units) {
    const auto before = unheard_so_far(now);
    auto told = refused(true);
    told.region = region;
    watch_.told(now, {{0, units}}, told);
    return unheard_so_far(now) > before;
  }
  [[nodiscard]] long unheard_so_far(SimTime now) {
    const auto measures = watch_.measures(now);
    const auto attempts = static_cast<double>(measures.attempts);
    return std::lround(measures.unheard_denial_pct.value_or(0) * attempts / 100);
  }

  Watch watch_{1,
               Watch::Content::whole,
               {{Micros(0), milliseconds(50), milliseconds(80)},
                {milliseconds(50), Micros(0), milliseconds(30)},
                {milliseconds(80), milliseconds(30), Micros(0)}}};
};

TEST_F(UnheardUnits, a_delivery_can_be_known_where_it_came_at_once_and_elsewhere_after_its_way) {
  watch_.came_in(ms(1000), 0, {{0, 5}});
  EXPECT_FALSE(unheard(ms(1000), 0, 8));
  EXPECT_TRUE(unheard(ms(1049), 1, 8));
  EXPECT_FALSE(unheard(ms(1050), 1, 8));
  EXPECT_TRUE(unheard(ms(1079), 2, 8));
  EXPECT_FALSE(unheard(ms(1080), 2, 8));
}

TEST_F(UnheardUnits, what_older_units_would_have_served_can_be_known) {
  EXPECT_FALSE(unheard(ms(1000), 1, 3));
  watch_.came_in(ms(1000), 0, {{0, 5}});
  EXPECT_FALSE(unheard(ms(1020), 1, 3));
  EXPECT_TRUE(unheard(ms(1020), 1, 4));
}

TEST_F(UnheardUnits, a_basket_given_free_counts_from_when_its_shopper_said_so) {
  grants(ms(0), 1, 0, 3);
  watch_.released(ms(1000), 1);
  EXPECT_TRUE(unheard(ms(1049), 1, 1));
  EXPECT_FALSE(unheard(ms(1050), 1, 1));
}

TEST_F(UnheardUnits, a_basket_left_behind_counts_from_its_expiry_whenever_somebody_looks) {
  grants(ms(0), 1, 0, 3, ms(1000));
  EXPECT_TRUE(unheard(ms(1049), 1, 1));
  EXPECT_FALSE(unheard(ms(1050), 1, 1));
}

TEST_F(UnheardUnits, what_was_released_does_not_come_back_once_more_when_it_expires) {
  grants(ms(0), 1, 0, 3, ms(1000));
  watch_.released(ms(500), 1);
  EXPECT_FALSE(unheard(ms(1020), 1, 1));
}

TEST_F(UnheardUnits, what_was_sold_again_is_gone_though_older_units_lay_there_too) {
  watch_.came_in(ms(1000), 0, {{0, 5}});
  grants(ms(1010), 1, 0, 2);
  EXPECT_FALSE(unheard(ms(1020), 1, 3));
  EXPECT_TRUE(unheard(ms(1020), 1, 4));
  grants(ms(1020), 2, 0, 3);
  EXPECT_FALSE(unheard(ms(1030), 1, 3));
}

TEST_F(UnheardUnits, what_was_sold_before_it_came_was_something_else) {
  grants(ms(990), 1, 0, 2);
  watch_.came_in(ms(1000), 0, {{0, 5}});
  EXPECT_FALSE(unheard(ms(1020), 1, 1));
  EXPECT_TRUE(unheard(ms(1020), 1, 2));
}

// Region 1 can have units of region 0 after 50 ms; region 2 does not hear of them before 80.
TEST_F(UnheardUnits, what_was_sold_elsewhere_is_of_them_if_they_can_have_been_there) {
  watch_.came_in(ms(1000), 0, {{0, 5}});
  grants(ms(1049), 1, 1, 2);
  EXPECT_FALSE(unheard(ms(1049), 2, 1));
  EXPECT_TRUE(unheard(ms(1049), 2, 2));
  grants(ms(1050), 2, 1, 2);
  EXPECT_FALSE(unheard(ms(1070), 2, 1));
  EXPECT_TRUE(unheard(ms(1070), 2, 2));
  grants(ms(1071), 3, 1, 1);
  EXPECT_FALSE(unheard(ms(1072), 2, 1));
}

TEST_F(UnheardUnits, what_was_written_off_is_gone_as_if_it_was_sold) {
  watch_.came_in(ms(1000), 0, {{0, 5}});
  watch_.wrote_off(ms(1010), 0, {{0, 5}});
  EXPECT_FALSE(unheard(ms(1020), 1, 3));
}

TEST_F(UnheardUnits, what_comes_in_several_regions_is_added_up_without_ones_own) {
  watch_.came_in(ms(1000), 0, {{0, 5}});
  watch_.came_in(ms(1010), 1, {{0, 7}});
  EXPECT_TRUE(unheard(ms(1020), 2, 4));
  EXPECT_FALSE(unheard(ms(1020), 1, 10));
  EXPECT_TRUE(unheard(ms(1020), 1, 11));
  EXPECT_FALSE(unheard(ms(1040), 2, 10));
  EXPECT_TRUE(unheard(ms(1040), 2, 11));
  watch_.came_in(ms(2000), 0, {{0, 1}});
  EXPECT_FALSE(unheard(ms(2010), 2, 15));
  EXPECT_TRUE(unheard(ms(2010), 2, 16));
}

}  // namespace
}  // namespace holdfast::sim
