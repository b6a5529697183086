// Scenarios are read from TOML, and every fault is named with its line.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/scenario/catalogue.h"
#include "sim/scenario/scenario_file.h"

namespace holdfast::sim {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;

std::vector<std::string> faults_of(std::string_view content) {
  const auto parsed = parse_scenario(content, "x.toml");
  return parsed ? std::vector<std::string>{} : parsed.error();
}

TEST(Scenarios, all_that_come_with_the_program_are_sound_and_say_what_they_are) {
  EXPECT_EQ(embedded_scenarios().size(), 15u);
  for (const auto& file : embedded_scenarios()) {
    const auto found = find_scenario(std::string(file.name));
    EXPECT_THAT(found.faults, ElementsAre()) << file.name;
    ASSERT_TRUE(found.scenario) << file.name;
    EXPECT_EQ(found.scenario->name, file.name);
    EXPECT_FALSE(found.scenario->title.empty()) << file.name;
  }
}

TEST(Scenarios, round_trips_are_the_published_ones_and_missing_rows_are_columns) {
  const auto sale = *find_scenario("flash-sale").scenario;  // NVA ORE IRE TYO GRU
  EXPECT_EQ(sale.round_trips[0][1], Micros(87'000));
  EXPECT_EQ(sale.round_trips[1][0], Micros(88'700));
  EXPECT_EQ(sale.round_trips[4][3], sale.round_trips[3][4]);  // GRU has no row
  EXPECT_EQ(sale.round_trips[4][3], Micros(256'800));
  const auto chunks = *find_scenario("chunks").scenario;
  EXPECT_EQ(chunks.regions.size(), 16u);
  EXPECT_EQ(chunks.round_trips[3][11], Micros(100'000));
}

TEST(Scenarios, shoppers_wait_twice_the_longest_round_trip_and_over_a_bridge_two_hops) {
  EXPECT_EQ(find_scenario("flash-sale").scenario->patience(), Micros(2 * 256'800));
  const auto bridge = *find_scenario("bridge").scenario;  // NVA ORE TYO
  EXPECT_EQ(bridge.patience(), 2 * (Micros(89'200) + Micros(88'700)));
}

TEST(Scenarios, a_file_says_everything_that_the_value_holds) {
  const auto scenario = parse_scenario(R"(
title = "mine"
regions = ["here", "there"]
duration_s = 2.5
[round_trip_ms]
"here-there" = 40
[stock]
skus = 3
units = 30
split = "there"
[baskets]
lines = [1, 2]
quantity = { mean = 10, cv = 0.5 }
zipf = 1
[open]
units_per_s = 150
shares = { there = 1 }
[checkout]
ttl_s = 60
pays_after_s = [1, 2]
abandoned_pct = 10
[[cut]]
alone = "here"
from_s = 1
to_s = 2
)",
                                       "shops/mine.toml");
  ASSERT_TRUE(scenario) << scenario.error().front();
  EXPECT_EQ(scenario->name, "mine");
  EXPECT_EQ(scenario->duration, Micros(2'500'000));
  EXPECT_EQ(scenario->round_trips[1][0], Micros(40'000));
  EXPECT_EQ(scenario->stock.each, 10);
  EXPECT_EQ(scenario->stock.region, 1u);
  EXPECT_DOUBLE_EQ(scenario->open->baskets_per_s, 10);  // of 1.5 lines of 10 units
  EXPECT_EQ(scenario->checkout.ttl, seconds(60));
  EXPECT_DOUBLE_EQ(scenario->checkout.abandoned, 0.1);
  ASSERT_EQ(scenario->cuts.size(), 1u);
  EXPECT_THAT(scenario->cuts[0].pairs, ElementsAre(std::pair<std::size_t, std::size_t>(0, 1)));
}

TEST(Scenarios, faults_are_named_with_their_line_and_what_was_probably_meant) {
  EXPECT_THAT(
      faults_of("regions = [\"NVA\", \"IRE\"]\nduration_s = 1\n[stock]\nunits = -1\nsplit = \"equl\"\n"
                "[open]\nbasket_per_s = 3\nshares = { NVa = 1 }\n"),
      ElementsAre("x.toml:4: stock.units: must be 0 to 1000000000000",
                  "x.toml:5: stock.split: must be equal, turns or a region, not equl, did you mean equal",
                  "x.toml:6: open.baskets_per_s: give either this or units_per_s",
                  "x.toml:7: open.basket_per_s: unknown key, did you mean baskets_per_s",
                  "x.toml:8: open.shares.NVa: no region NVa, did you mean NVA"));
}

TEST(Scenarios, what_is_required_is_asked_for) {
  EXPECT_THAT(faults_of(""), ElementsAre("x.toml:1: regions: is required: a list of names, or how many",
                                         "x.toml:1: duration_s: is required",
                                         "x.toml:1: open: nobody shops: give [open], [closed] or [rounds]"));
}

TEST(Scenarios, a_list_of_sections_is_told_from_a_section) {
  const auto faults = faults_of("regions = 2\nduration_s = 1\n[rounds]\n[cut]\nfrom_s = 1\n");
  EXPECT_THAT(faults, ElementsAre("x.toml:4: cut: must be a list of sections, did you mean [[cut]]"));
}

TEST(Scenarios, what_is_not_toml_is_one_line) {
  const auto faults = faults_of("regions = 2\nduration_s = = 1\n");
  ASSERT_EQ(faults.size(), 1u);
  EXPECT_TRUE(faults[0].starts_with("x.toml:2: ")) << faults[0];
}

TEST(Scenarios, an_unknown_one_is_told_with_the_nearest) {
  EXPECT_THAT(find_scenario("flash-sail").faults,
              ElementsAre(testing::HasSubstr("no scenario flash-sail, did you mean flash-sale")));
  EXPECT_THAT(find_scenario("no/such.toml").faults, ElementsAre("cannot read no/such.toml"));
}

}  // namespace
}  // namespace holdfast::sim
