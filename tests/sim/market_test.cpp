// Whole runs on small worlds: the same seed gives the same numbers, shoppers do not depend on answers, and
// the bound is a bound.
#include "sim/market/market.h"

#include <gtest/gtest.h>

#include <set>

#include "sim/policies/policies.h"
#include "sim/report/tables.h"
#include "sim/scenario/catalogue.h"
#include "sim/scenario/scenario_file.h"
#include "sim/shoppers/draw.h"

namespace holdfast::sim {
namespace {

Scenario parsed(const std::string& content) {
  auto scenario = parse_scenario(content, "small.toml");
  EXPECT_TRUE(scenario) << scenario.error().front();
  return *std::move(scenario);
}

Scenario small_sale(const std::string& more = {}) {
  return parsed(R"(
regions = ["NVA", "IRE", "TYO"]
duration_s = 6
[stock]
skus = 2
units = 300
[baskets]
quantity = [1, 2]
[open]
units_per_s = 150
full_for_s = 2
halving_s = 1
shares = { NVA = 70, IRE = 20, TYO = 10 }
)" + more);
}

const std::string cut_and_checkout = R"(
[checkout]
ttl_s = 3
pays_after_s = [0, 2]
abandoned_pct = 10
cancelled_pct = 10
returned_pct = 10
returned_after_s = [0, 1]
[[cut]]
between = ["NVA", "IRE"]
from_s = 1
to_s = 3
)";

std::string numbers(const Scenario& scenario, std::string_view policy, std::uint64_t seed, Waiting waiting) {
  return json_text({{scenario.name, std::string(policy), seed, waiting == Waiting::yes,
                     run_market({scenario, policy, seed, waiting})}});
}

TEST(Market, the_same_seed_gives_the_same_numbers_under_every_policy) {
  const auto scenario = small_sale(cut_and_checkout);
  for (const auto policy : policy_names) {
    const auto once = numbers(scenario, policy, 7, Waiting::yes);
    EXPECT_EQ(numbers(scenario, policy, 7, Waiting::yes), once) << policy;
    EXPECT_NE(numbers(scenario, policy, 8, Waiting::yes), once) << policy;
  }
}

TEST(Market, nobody_oversells) {
  const auto scenario = small_sale(cut_and_checkout);
  std::vector<std::string_view> policies(policy_names.begin(), policy_names.end());
  policies.insert(policies.end(), bound_names.begin(), bound_names.end());
  for (const auto policy : policies)
    for (const auto waiting : {Waiting::no, Waiting::yes}) {
      const auto measures = run_market({scenario, policy, 3, waiting});
      EXPECT_EQ(measures.oversold_units, 0) << policy;
      EXPECT_GT(measures.units_sold, 50) << policy;
    }
}

TEST(Market, on_baskets_of_one_line_nothing_beats_the_oracle) {
  const auto scenario = small_sale();
  for (const std::uint64_t seed : {1, 2, 3}) {
    const auto bound = run_market({scenario, "oracle", seed, Waiting::no});
    EXPECT_DOUBLE_EQ(*bound.false_denial_pct, 0);
    EXPECT_EQ(bound.unsold_wanted_units, 0);
    for (const auto policy : policy_names) {
      const auto measures = run_market({scenario, policy, seed, Waiting::no});
      EXPECT_LE(measures.units_sold, bound.units_sold) << policy;
      EXPECT_GE(*measures.false_denial_pct, 0) << policy;
    }
  }
}

// 1.2 of the way there and back to the holder: nobody waits for a tick, and nobody asks in turn.
TEST(Market, the_last_unit_of_a_product_is_sold_to_whoever_waits_elsewhere_within_a_round_trip) {
  const std::pair<std::string, double> ways_to_nva[] = {
      {"ORE", 88.7}, {"IRE", 80.6}, {"GRU", 119.5}, {"TYO", 145.3}};
  for (const auto& [region, round_trip] : ways_to_nva) {
    const auto measures = run_market({parsed(R"(
regions = ["NVA", "ORE", "IRE", "TYO", "GRU"]
duration_s = 50
[stock]
skus = 100
units = 100
split = "NVA"
[baskets]
zipf = 0.0
[open]
baskets_per_s = 2
shares = { )" + region + " = 100 }\n"),
                                      "holdfast", 1, Waiting::yes});
    EXPECT_GT(measures.granted, 50u) << region;
    EXPECT_DOUBLE_EQ(*measures.remote_pct, 100) << region;
    EXPECT_DOUBLE_EQ(*measures.false_denial_pct, 0) << region;
    EXPECT_LE(*measures.reserve_ms.p99, 1.2 * round_trip) << region;
  }
}

TEST(Market, every_policy_meets_the_same_shoppers) {
  const auto scenario = small_sale();
  const auto attempts = run_market({scenario, "oracle", 5, Waiting::no}).attempts;
  EXPECT_EQ(attempts, draw_script(scenario, Streams(5)).arrivals.size());
  for (const auto policy : policy_names) {
    if (policy == "reactive") continue;  // its shoppers ask again
    EXPECT_EQ(run_market({scenario, policy, 5, Waiting::no}).attempts, attempts) << policy;
  }
}

TEST(Market, a_region_has_the_same_shoppers_whatever_another_ones_share_is) {
  const auto one = draw_arrivals(small_sale(), Streams(1));
  auto changed = small_sale();
  changed.open->shares = {70, 5, 25};
  const auto other = draw_arrivals(changed, Streams(1));
  const auto first_of = [](const std::vector<Arrival>& arrivals) {
    return *std::ranges::find(arrivals, std::size_t{0}, &Arrival::region);
  };
  EXPECT_EQ(first_of(one), first_of(other));
}

TEST(Market, stock_of_all_that_is_wanted_is_sold_by_the_oracle_to_the_last_unit) {
  const auto scenario = parsed(R"(
regions = 2
duration_s = 5
[stock]
skus = 5
of_demand_pct = 100
[baskets]
zipf = 1.0
[open]
baskets_per_s = 100
)");
  const auto measures = run_market({scenario, "oracle", 1, Waiting::no});
  EXPECT_EQ(measures.granted, measures.attempts);
  EXPECT_EQ(measures.unsold_wanted_units, 0);
}

TEST(Market, a_drain_ends_when_nothing_is_left) {
  const auto scenario = parsed(R"(
regions = ["NVA", "IRE"]
duration_s = 600
[stock]
units = 200
[closed]
per_region = 2
think_ms = [67, 99]
retry_ms = 500
until = "gone"
)");
  for (const auto* policy : {"oracle", "static", "holdfast"})
    EXPECT_EQ(run_market({scenario, policy, 1, Waiting::no}).units_sold, 200) << policy;
}

TEST(Market, each_round_brings_a_unit_that_one_shopper_gets) {
  const auto scenario = parsed("regions = 3\n[stock]\nunits = 0\n[rounds]\ncount = 10\nevery_s = 2\n");
  for (const auto* policy : {"oracle", "holdfast"}) {
    const auto measures = run_market({scenario, policy, 1, Waiting::no});
    EXPECT_EQ(measures.attempts, 30u) << policy;
    EXPECT_EQ(measures.units_sold, 10) << policy;
  }
}

TEST(Market, who_was_about_to_ask_again_at_the_end_wanted_what_is_left) {
  const auto scenario = parsed(R"(
regions = ["NVA", "IRE"]
duration_s = 5
[stock]
units = 100
split = "NVA"
[closed]
per_region = 10
think_ms = [1000, 2000]
retry_ms = 500
)");
  const auto measures = run_market({scenario, "static", 1, Waiting::no});
  EXPECT_LT(measures.units_sold, 90);
  EXPECT_EQ(measures.unsold_wanted_units, 10) << "one each of the ten whom IRE refused";
}

// The only unit comes back a second after it was taken; the other region is 50 ms away.
TEST(Market, a_refusal_is_unheard_while_word_of_what_came_back_is_on_its_way) {
  Script script;
  script.placement = {{1}, {0}};
  const auto asks_at = [&](Micros time, std::size_t region, Fate fate) {
    script.arrivals.push_back({SimTime(time), region, {{0, 1}}, fate, {}});
  };
  asks_at(second, 0, {Fate::End::cancels, second});
  asks_at(second * 3 / 2, 1, {});  // the world has none
  asks_at(second * 2 + Micros(20'000), 1, {});
  asks_at(second * 2 + Micros(60'000), 1, {});
  auto scenario = parsed("regions = 2\nduration_s = 5\n[stock]\nunits = 1\n[rounds]\n");
  scenario.rounds.count = 0;
  const auto measures = run_script({scenario, "static", 1, Waiting::no}, script);
  EXPECT_DOUBLE_EQ(*measures.false_denial_pct, 50);
  EXPECT_DOUBLE_EQ(*measures.unheard_denial_pct, 25);
}

// The only unit lies 50 ms from the second region, which asks for it once a shopper was refused there.
TEST(Market, a_refusal_is_in_flight_while_the_units_are_on_their_way) {
  Script script;
  script.placement = {{1}, {0}, {0}};
  for (const Micros time : {Micros(0), Micros(70'000), Micros(200'000)})
    script.arrivals.push_back({SimTime(second + time), time == Micros(0) ? 1u : 2u, {{0, 1}}, {}, {}});
  auto scenario = parsed("regions = 3\nduration_s = 5\n[stock]\nunits = 1\n[rounds]\n");
  scenario.rounds.count = 0;
  const auto measures = run_script({scenario, "holdfast", 1, Waiting::no}, script);
  EXPECT_DOUBLE_EQ(*measures.false_denial_pct, 100);
  EXPECT_NEAR(*measures.in_flight_denial_pct, 100. / 3, 1e-9)
      << "the second; it lay in a region before and after";
}

// 10 of each of two SKUs, half of them in each region; all are wanted in the first.
TEST(Market, what_is_left_of_an_order_that_was_served_in_part_was_wanted) {
  Script script;
  script.partial = true;
  script.placement = {{5, 5}, {5, 5}};
  script.arrivals = {{SimTime(second), 0, {{0, 10}}, {}, "c1"},
                     {SimTime(2 * second), 0, {{1, 10}}, {}, "c1"}};
  auto scenario = parsed("regions = 2\nduration_s = 5\n[stock]\nskus = 2\nunits = 20\n[rounds]\n");
  scenario.rounds.count = 0;
  const auto apart = run_script({scenario, "static", 1, Waiting::no}, script);
  EXPECT_EQ(apart.units_sold, 10);
  EXPECT_EQ(apart.unsold_wanted_units, 10);
  const auto bound = run_script({scenario, "oracle", 1, Waiting::no}, script);
  EXPECT_EQ(bound.units_sold, 20);
  EXPECT_EQ(bound.unsold_wanted_units, 0);
}

TEST(Market, more_of_one_product_than_one_import_can_state_is_brought_in_whole) {
  const auto scenario = parsed(
      "regions = 2\nduration_s = 1\n[stock]\neach = 2500000000\nsplit = \"r1\"\n[open]\nbaskets_per_s = 5\n");
  EXPECT_GT(run_market({scenario, "holdfast", 1, Waiting::no}).units_sold, 0);
}

TEST(Market, baskets_of_products_that_hardly_anybody_wants_are_drawn_too) {
  Baskets baskets;
  baskets.lines = {100, 100};
  baskets.zipf = 5;
  Random random(1);
  const auto basket = draw_basket(baskets, Popularity(100, baskets.zipf), random);
  std::set<std::uint32_t> skus;
  for (const auto& line : basket) skus.insert(line.sku);
  EXPECT_EQ(skus.size(), 100u);
}

TEST(Market, no_line_is_for_more_than_a_reservation_may_hold) {
  Baskets baskets;
  baskets.quantity.mean = 1e12;
  baskets.quantity.cv = 1;
  Random random(1);
  std::int64_t most = 0;
  for (int i = 0; i < 1000; ++i)
    most = std::max(most, draw_basket(baskets, Popularity(1, 0), random).front().quantity);
  EXPECT_EQ(most, 1'000'000'000);
}

TEST(Market, stock_that_goes_round_by_turns_is_not_counted_unit_by_unit) {
  auto scenario = parsed(
      "regions = 3\nduration_s = 1\n[stock]\nskus = 2\neach = 4\nsplit = \"turns\"\n[open]\nbaskets_per_s = 5\n");
  EXPECT_EQ(place_stock(scenario, {}), (Placement{{2, 1}, {1, 2}, {1, 1}}));
  scenario.stock.each = 400'000'000'000;
  EXPECT_EQ(place_stock(scenario, {}), (Placement{{133'333'333'334, 133'333'333'333},
                                                  {133'333'333'333, 133'333'333'334},
                                                  {133'333'333'333, 133'333'333'333}}));
}

TEST(Market, demand_that_moves_is_in_one_region_at_a_time) {
  OpenLoop open;
  open.baskets_per_s = 100;
  open.shares = {1, 1, 1};
  open.moves_every = std::chrono::seconds(300);
  open.moves_over = std::chrono::seconds(60);
  const auto rates = [&](int second) {
    std::vector<double> all;
    for (std::size_t region = 0; region < 3; ++region)
      all.push_back(rate_at(open, region, std::chrono::seconds(second)));
    return all;
  };
  EXPECT_EQ(rates(10), (std::vector<double>{100, 0, 0}));
  EXPECT_EQ(rates(330), (std::vector<double>{50, 50, 0}));
  EXPECT_EQ(rates(500), (std::vector<double>{0, 100, 0}));
  EXPECT_EQ(rates(645), (std::vector<double>{0, 25, 75}));
}

TEST(Market, only_the_shipped_node_has_bytes_and_converges) {
  const auto scenario = small_sale(cut_and_checkout);
  const auto node = run_market({scenario, "holdfast", 1, Waiting::no});
  EXPECT_GT(*node.bytes_per_sale, 100);
  EXPECT_GT(*node.idle_bytes_per_s, 0);
  EXPECT_LT(*node.converge_ms, 10'000);
  const auto model = run_market({scenario, "threshold", 1, Waiting::no});
  EXPECT_FALSE(model.bytes_per_sale || model.idle_bytes_per_s || model.converge_ms);
}

// Where all are linked with all nobody passes on what another says himself: its cube is seven times as much.
TEST(Market, what_a_sale_costs_on_the_wire_grows_with_the_square_of_the_regions) {
  const auto bytes_among = [](int regions) {
    const auto scenario = parsed("regions = " + std::to_string(regions) + R"(
duration_s = 5
[stock]
skus = 100
units = 100000
[open]
baskets_per_s = )" + std::to_string(regions));
    return *run_market({scenario, "holdfast", 1, Waiting::no}).bytes_per_sale;
  };
  EXPECT_LT(bytes_among(8), 5 * bytes_among(4));
}

// All stock at the far end of a bridge: whether that end is up is known by what the middle says alone.
TEST(Market, a_shop_opens_when_each_region_hears_of_every_other) {
  const auto found = find_scenario("bridge");
  ASSERT_TRUE(found.scenario);
  const auto measures = run_market({*found.scenario, "holdfast", 3, Waiting::yes});  // the first come at once
  EXPECT_EQ(measures.false_denial_pct, 0);
  EXPECT_EQ(measures.unsold_wanted_units, 0);
}

}  // namespace
}  // namespace holdfast::sim
