// The policy as a function: who asks whom for how much, and who parts with what.
#include "core/rebalance.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/limits.h"

namespace holdfast::test {
namespace {

using record::TransferKind;

constexpr ReplicaIx near{1};
constexpr ReplicaIx far{2};

Rate per_second(std::int64_t units) { return Rate(units * 1'000'000); }

Snapshot with(std::int64_t available, Rate rate, std::vector<Other> others) {
  Snapshot here;
  here.available = Units(available);
  here.want = {rate, Units(1)};
  here.demand = rate;
  here.region = "here";
  here.others = std::move(others);
  return here;
}

std::int64_t asked_for(const std::vector<PlannedAsk>& asks) {
  std::int64_t units = 0;
  for (const PlannedAsk& ask : asks) units += ask.quantity.count();
  return units;
}

TEST(Rebalance, who_has_enough_asks_nobody) {
  const Snapshot here = with(1'000, per_second(10), {{near, Units(1'000), {}, Millis(100)}});
  EXPECT_THAT(plan_asks(here, Lever{}), testing::IsEmpty());
}

TEST(Rebalance, who_wants_nothing_asks_nobody) {
  const Snapshot here = with(0, no_demand, {{near, Units(1'000), {}, Millis(100)}});
  EXPECT_THAT(plan_asks(here, Lever{}), testing::IsEmpty());
}

TEST(Rebalance, asks_before_it_runs_dry_for_the_demand_of_seconds_and_not_for_all) {
  const Snapshot here = with(2, per_second(10), {{near, Units(10'000), {}, Millis(100)}});
  const auto asks = plan_asks(here, Lever{});
  ASSERT_EQ(asks.size(), 1u);
  EXPECT_EQ(asks[0].kind, TransferKind::cover);
  EXPECT_GE(asks[0].quantity, Units(50));
  EXPECT_LE(asks[0].quantity, Units(200));
}

TEST(Rebalance, what_is_scarce_follows_the_demand) {
  // 100 in all: three quarters of the demand is here.
  const Snapshot here = with(2, per_second(300), {{near, Units(98), per_second(100), Millis(100)}});
  const auto asks = plan_asks(here, Lever{});
  EXPECT_NEAR(static_cast<double>(asked_for(asks)), 73, 2);
  const Snapshot giver = with(98, per_second(100), {{near, Units(2), per_second(300), Millis(100)}});
  const Units gives = willing_to_give(giver, {near, per_second(300), TransferKind::cover}, Lever{});
  EXPECT_NEAR(static_cast<double>(gives.count()), 73, 2);
}

TEST(Rebalance, what_is_on_its_way_is_not_asked_for_again) {
  Snapshot here = with(2, per_second(10), {{near, Units(10'000), {}, Millis(100)}});
  here.on_its_way = Units(100);
  EXPECT_THAT(plan_asks(here, Lever{}), testing::IsEmpty());
}

// 20,000 in all for two who want as much: its share is half.
Snapshot half_of_20_000(std::int64_t available, std::int64_t refused) {
  Snapshot here =
      with(available, per_second(2'000), {{near, Units(20'000 - available), per_second(2'000), Millis(900)}});
  here.want.basket = Units(1'000);
  here.refused = Units(refused);
  return here;
}

TEST(Rebalance, less_than_an_eighth_of_a_basket_is_not_asked_for_unless_a_shopper_lacks_just_that) {
  const auto asks = [](std::int64_t available, std::int64_t refused) {
    return asked_for(plan_asks(half_of_20_000(available, refused), Lever{}));
  };
  EXPECT_EQ(asks(1'900, 0), 8'100);
  EXPECT_EQ(asks(9'990, 0), 0);
  EXPECT_EQ(asks(9'990, 10'000), 10);
}

TEST(Rebalance, less_than_an_eighth_of_a_basket_is_not_given_for_cover_unless_no_more_is_asked_for) {
  const auto gives = [](std::int64_t available, std::int64_t lacking) {
    const Asked asked{near, per_second(2'000), TransferKind::cover, Units(lacking)};
    return willing_to_give(half_of_20_000(available, 0), asked, Lever{});
  };
  EXPECT_EQ(gives(11'000, 5'000), Units(1'000));
  EXPECT_EQ(gives(10'100, 5'000), no_units);
  EXPECT_EQ(gives(10'100, 100), Units(100));
}

// Left to each its share, they would serve nobody for as long as anybody wants whole baskets.
TEST(Rebalance, crumbs_of_a_basket_are_gathered_where_all_agree_that_they_are) {
  const auto region = [](std::int64_t rate, std::int64_t rate_near, std::int64_t rate_far) {
    Snapshot here = with(9, per_second(rate),
                         {{near, Units(9), per_second(rate_near), Millis(100), false, "near"},
                          {far, Units(9), per_second(rate_far), Millis(100), false, "far"}});
    here.want.basket = Units(100);
    return here;
  };
  // "far" comes before "here" and "near", unless it wants less than half as much.
  EXPECT_EQ(asked_for(plan_asks(region(500, 400, 300), Lever{})), 0);
  EXPECT_EQ(asked_for(plan_asks(region(500, 400, 200), Lever{})), 18);
  const auto gives = [&](ReplicaIx asker, std::int64_t far_wants) {
    const Rate wants = per_second(asker == far ? far_wants : 500);
    const Asked asked{asker, wants, TransferKind::cover, Units(91)};
    return willing_to_give(region(500, 500, far_wants), asked, Lever{});
  };
  EXPECT_EQ(gives(far, 300), Units(9));
  EXPECT_EQ(gives(far, 200), no_units);
  EXPECT_EQ(gives(near, 300), no_units);
}

// What was heard of the others' demand may be long past.
TEST(Rebalance, a_refused_shopper_is_a_reason_to_ask_whoever_has_most_though_it_seems_to_be_theirs) {
  Snapshot here = with(0, per_second(1),
                       {{near, Units(2), per_second(100), Millis(100), false, "near"},
                        {far, Units(3), per_second(100), Millis(100), false, "far"}});
  EXPECT_THAT(plan_asks(here, Lever{}), testing::IsEmpty());
  here.refused = Units(4);
  EXPECT_THAT(plan_asks(here, Lever{}), testing::ElementsAre(PlannedAsk{far, Units(3), TransferKind::cover}));
}

TEST(Rebalance, what_is_scarce_is_asked_of_all_who_have_it_and_what_is_plenty_of_one) {
  const auto asks = [](std::int64_t each) {
    return plan_asks(with(0, per_second(10),
                          {{near, Units(each), per_second(1), Millis(50)},
                           {far, Units(each), per_second(1), Millis(100)}}),
                     Lever{});
  };
  EXPECT_EQ(asks(10'000).size(), 1u);
  ASSERT_EQ(asks(50).size(), 2u);
  EXPECT_NEAR(static_cast<double>(asks(50)[0].quantity.count()),
              static_cast<double>(asks(50)[1].quantity.count()), 2);
}

TEST(Rebalance, who_waits_asks_for_exactly_what_is_lacking_of_several_if_one_has_too_little) {
  Snapshot here = with(1, no_demand, {{near, Units(3), {}, Millis(100)}, {far, Units(3), {}, Millis(100)}});
  here.waiting = Units(6);
  EXPECT_THAT(plan_asks(here, Lever{}),
              testing::ElementsAre(PlannedAsk{near, Units(3), TransferKind::urgent},
                                   PlannedAsk{far, Units(2), TransferKind::urgent}));
  EXPECT_EQ(plan_asks(here, Lever{.move = RightsMove::urgent_only}).size(), 2u);
  EXPECT_THAT(plan_asks(here, Lever{.move = RightsMove::off}), testing::IsEmpty());
}

TEST(Rebalance, of_two_that_have_enough_the_nearer_one_is_asked) {
  Snapshot here = with(0, no_demand, {{far, Units(5), {}, Millis(200)}, {near, Units(5), {}, Millis(50)}});
  here.waiting = Units(2);
  EXPECT_THAT(plan_asks(here, Lever{}),
              testing::ElementsAre(PlannedAsk{near, Units(2), TransferKind::urgent}));
}

TEST(Rebalance, who_said_that_it_cannot_is_not_asked) {
  Snapshot here =
      with(0, no_demand, {{near, Units(5), {}, Millis(50), true}, {far, Units(5), {}, Millis(200)}});
  here.waiting = Units(2);
  EXPECT_THAT(plan_asks(here, Lever{}),
              testing::ElementsAre(PlannedAsk{far, Units(2), TransferKind::urgent}));
}

TEST(Rebalance, who_said_that_it_spares_none_for_cover_is_asked_for_those_who_wait) {
  Other keeps{near, Units(5), {}, Millis(50)};
  keeps.spares_none = true;
  Snapshot here = with(0, per_second(1), {keeps});
  EXPECT_THAT(plan_asks(here, Lever{}), testing::IsEmpty());
  here.refused = Units(2);
  EXPECT_THAT(plan_asks(here, Lever{}), testing::IsEmpty());
  here.waiting = Units(2);
  EXPECT_THAT(plan_asks(here, Lever{}),
              testing::ElementsAre(PlannedAsk{near, Units(2), TransferKind::urgent}));
}

TEST(Rebalance, the_last_unit_goes_to_whoever_waits_for_it) {
  const Snapshot giver = with(1, per_second(5), {{near, Units(0), {}, Millis(100)}});
  EXPECT_EQ(willing_to_give(giver, {near, no_demand, TransferKind::urgent}, Lever{}), Units(1));
  EXPECT_EQ(willing_to_give(giver, {near, no_demand, TransferKind::urgent}, Lever{.move = RightsMove::off}),
            no_units);
}

TEST(Rebalance, of_two_whose_shoppers_wait_one_alone_gives) {
  Snapshot giver = with(1, no_demand, {{near, Units(1), {}, Millis(100)}});
  giver.waiting = giver.spoken_for = Units(2);
  const auto gives = [&](std::string_view asker) {
    return willing_to_give(giver, {near, no_demand, TransferKind::urgent, Units(1), asker}, Lever{});
  };
  EXPECT_EQ(gives("far"), Units(1));  // before "here"
  EXPECT_EQ(gives("near"), no_units);
}

TEST(Rebalance, the_last_unit_stays_with_the_first_of_those_who_want_it_about_as_much) {
  const Snapshot giver =
      with(1, per_second(5), {{near, Units(0), per_second(5), Millis(100), false, "near"}});
  const auto gives = [&](std::int64_t wanted) {
    return willing_to_give(giver, {near, per_second(wanted), TransferKind::cover}, Lever{});
  };
  EXPECT_EQ(gives(5), no_units);
  EXPECT_EQ(gives(10), no_units);
  EXPECT_EQ(gives(11), Units(1));
}

TEST(Rebalance, who_has_no_demand_of_its_own_gives_all_that_is_wanted) {
  const Snapshot giver = with(7, no_demand, {{near, Units(0), per_second(1), Millis(100)}});
  EXPECT_EQ(willing_to_give(giver, {near, per_second(1), TransferKind::cover}, Lever{}), Units(7));
}

TEST(Rebalance, the_largest_numbers_stay_within_64_bits) {
  const Units most{std::int64_t{1} << 46};
  Snapshot here =
      with(0, rate_max, {{near, most, rate_max, Millis(60'000)}, {far, most, rate_max, Millis(60'000)}});
  here.want.basket = Units(1'000'000'000);
  EXPECT_GT(asked_for(plan_asks(here, Lever{})), 0);
  here.available = most;
  EXPECT_GE(willing_to_give(here, {near, rate_max, TransferKind::cover}, Lever{}), no_units);
}

TEST(Rebalance, shares_also_with_an_asker_that_was_never_heard_of_but_by_its_ask) {
  const Snapshot giver = with(1, per_second(1), {});
  const auto gives = [&](std::int64_t wanted) {
    return willing_to_give(giver, {far, per_second(wanted), TransferKind::cover, Units(1), "new"}, Lever{});
  };
  EXPECT_EQ(gives(2), Units(0));
  EXPECT_EQ(gives(3), Units(1));
}

TEST(Rebalance, the_richest_and_the_poorest_giver_are_not_confused) {
  Snapshot here = with(0, no_demand, {{near, Units(1), {}, Millis(100)}, {far, Units(9), {}, Millis(100)}});
  here.waiting = Units(5);
  EXPECT_THAT(plan_asks(here, Lever{}),
              testing::ElementsAre(PlannedAsk{far, Units(5), TransferKind::urgent}));
}

// Levers.

TEST(Rebalance, a_floor_stays_whoever_asks) {
  Snapshot giver = with(10, no_demand, {{near, Units(0), {}, Millis(100)}});
  const Lever lever{.floor = Units(8)};
  EXPECT_EQ(willing_to_give(giver, {near, no_demand, TransferKind::urgent}, lever), Units(2));
  EXPECT_EQ(willing_to_give(giver, {near, per_second(5), TransferKind::cover}, lever), Units(2));
  giver.available = Units(7);
  EXPECT_EQ(willing_to_give(giver, {near, no_demand, TransferKind::urgent}, lever), no_units);
}

TEST(Rebalance, a_floor_below_what_is_kept_anyway_changes_nothing) {
  const Snapshot giver = with(10, per_second(5), {{near, Units(0), per_second(5), Millis(100)}});
  const Asked asked{near, per_second(5), TransferKind::cover};
  EXPECT_EQ(willing_to_give(giver, asked, Lever{.floor = Units(3)}), willing_to_give(giver, asked, Lever{}));
}

TEST(Rebalance, a_longer_cover_orders_more_and_keeps_more) {
  const Snapshot here = with(0, per_second(1), {{near, Units(10'000), {}, Millis(100)}});
  const Snapshot giver = with(10'000, per_second(1), {{near, Units(0), {}, Millis(100)}});
  const Asked asked{near, per_second(1), TransferKind::cover};
  const Lever an_hour{.cover = limits::cover_max};
  EXPECT_EQ(asked_for(plan_asks(here, Lever{})), 10 + 2 * 3);
  EXPECT_EQ(asked_for(plan_asks(here, an_hour)), 3600 + 2 * 60);
  EXPECT_LT(willing_to_give(giver, asked, an_hour), willing_to_give(giver, asked, Lever{}));
}

}  // namespace
}  // namespace holdfast::test
