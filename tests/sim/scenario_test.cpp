// Scenarios are read from TOML, and every fault is named with its line.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "sim/scenario/catalogue.h"
#include "sim/scenario/scenario_file.h"
#include "support/temp_dir.h"

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
  EXPECT_THAT(faults_of(""),
              ElementsAre("x.toml:1: regions: is required: a list of names, or how many",
                          "x.toml:1: duration_s: is required",
                          "x.toml:1: open: nobody shops: give [open], [closed] or [rounds]",
                          "x.toml:1: stock: nothing is for sale: give [stock], [rounds] or restock_pct"));
}

TEST(Scenarios, a_list_of_sections_is_told_from_a_section) {
  const auto faults = faults_of("regions = 2\nduration_s = 1\n[rounds]\n[cut]\nfrom_s = 1\n");
  EXPECT_THAT(faults, ElementsAre("x.toml:4: cut: must be a list of sections, did you mean [[cut]]"));
}

TEST(Scenarios, there_are_at_most_64_regions_named_or_counted) {
  std::string names = "regions = [\"r0\"";
  for (int i = 1; i < 65; ++i) names += ", \"r" + std::to_string(i) + "\"";
  const std::string rest = "\nduration_s = 1\n[stock]\nunits = 1\n[open]\nbaskets_per_s = 1\n";
  EXPECT_THAT(faults_of(names + "]" + rest), ElementsAre("x.toml:1: regions: must be at most 64"));
  EXPECT_THAT(faults_of("regions = 65" + rest), ElementsAre("x.toml:1: regions: must be 1 to 64"));
}

// A world of two regions with something to sell and somebody who shops; `more` may change nothing of it.
std::vector<std::string> faults_in_a_shop(const std::string& more, const std::string& stock = "units = 100") {
  return faults_of("regions = [\"NVA\", \"IRE\"]\nduration_s = 5\n[stock]\n" + stock +
                   "\n[open]\nbaskets_per_s = 10\n" + more);
}

TEST(Scenarios, what_could_only_hang_is_a_fault) {
  EXPECT_THAT(
      faults_of("regions = 2\nduration_s = 5\n[open]\nbaskets_per_s = 1\n[baskets]\nlines = [2, 2]\n"),
      testing::Contains("x.toml:5: baskets: lines of more SKUs than there are in [stock]"));
  EXPECT_THAT(faults_of("regions = 2\nduration_s = 1\n[stock]\nunits = 1\n[open]\nunits_per_s = 4000000\n"),
              ElementsAre("x.toml:6: open.units_per_s: more than 1000000 baskets a second"));
}

TEST(Scenarios, nothing_to_sell_is_a_fault_unless_stock_comes_in_later) {
  const std::string head = "regions = 2\nduration_s = 5\n";
  EXPECT_THAT(faults_of(head + "[open]\nbaskets_per_s = 1\n"),
              ElementsAre("x.toml:1: stock: nothing is for sale: give [stock], [rounds] or restock_pct"));
  EXPECT_THAT(faults_of(head + "[closed]\nthink_ms = 5\nrestock_pct = 50\n"), ElementsAre());
  EXPECT_THAT(faults_of(head + "[rounds]\ncount = 1\n"), ElementsAre());
  EXPECT_THAT(faults_in_a_shop("", "skus = 3\nunits = 10"),
              ElementsAre("x.toml:5: stock.units: must be a multiple of skus, so many of each"));
  EXPECT_THAT(faults_in_a_shop("", "skus = 2\nunits = 10"), ElementsAre());
}

TEST(Scenarios, shares_of_which_none_is_above_0_are_a_fault) {
  EXPECT_THAT(faults_in_a_shop("shares = { NVA = 0, IRE = 0 }\n"),
              ElementsAre("x.toml:7: open.shares: nobody comes: one must be above 0"));
  EXPECT_THAT(faults_in_a_shop("shares = {}\n"),
              ElementsAre("x.toml:7: open.shares: nobody comes: one must be above 0"));
}

TEST(Scenarios, no_regions_are_a_fault) {
  EXPECT_THAT(faults_of("regions = []\nduration_s = 1\n[stock]\nunits = 1\n[open]\nbaskets_per_s = 1\n"),
              ElementsAre("x.toml:1: regions: must name one at least"));
}

TEST(Scenarios, lines_and_quantities_are_whole_numbers) {
  EXPECT_THAT(faults_in_a_shop("[baskets]\nlines = [1.7, 2.9]\n", "skus = 5\nunits = 100"),
              ElementsAre("x.toml:9: baskets.lines: must be whole numbers"));
  EXPECT_THAT(faults_in_a_shop("[baskets]\nquantity = 1.5\n"),
              ElementsAre("x.toml:8: baskets.quantity: must be whole numbers"));
}

TEST(Scenarios, a_cut_that_cuts_nothing_is_a_fault) {
  EXPECT_THAT(faults_in_a_shop("[[cut]]\neach_alone = false\n"),
              ElementsAre("x.toml:8: cut.each_alone: can only be true"));
  EXPECT_THAT(faults_in_a_shop("[[cut]]\nbetween = [\"NVA\", \"NVA\"]\n"),
              ElementsAre("x.toml:8: cut.between: must be two regions"));
  EXPECT_THAT(faults_in_a_shop("[[cut]]\nalone = \"IRE\"\nfrom_s = 5\nto_s = 6\n"),
              ElementsAre("x.toml:9: cut.from_s: must be before the end"));
  EXPECT_THAT(faults_in_a_shop("[[cut]]\nalone = \"IRE\"\nfrom_s = 4\nto_s = 6\n"), ElementsAre());
  EXPECT_THAT(faults_of("regions = 1\nduration_s = 5\n[rounds]\n[[cut]]\neach_alone = true\n"),
              ElementsAre("x.toml:4: cut.between: there is one region only"));
}

TEST(Scenarios, a_region_may_have_dashes_in_its_name_and_a_pair_stands_once) {
  const std::string rest = "duration_s = 1\n[stock]\nunits = 1\n[open]\nbaskets_per_s = 1\n[round_trip_ms]\n";
  const auto dashed =
      parse_scenario("regions = [\"eu-west\", \"us\"]\n" + rest + "\"eu-west-us\" = 7\n", "x.toml");
  ASSERT_TRUE(dashed) << dashed.error().front();
  EXPECT_EQ(dashed->round_trips[1][0], Micros(7'000));
  EXPECT_THAT(faults_of("regions = [\"A\", \"B\"]\n" + rest + "\"A-B\" = 7\n\"B-A\" = 8\n"),
              ElementsAre("x.toml:9: round_trip_ms.B-A: stands twice"));
  EXPECT_THAT(faults_of("regions = [\"A\", \"A-B\", \"B-C\", \"C\"]\n" + rest + "\"A-B-C\" = 7\n"),
              ElementsAre("x.toml:8: round_trip_ms.A-B-C: could be two pairs of regions"));
}

TEST(Scenarios, a_pair_whose_round_trip_stands_nowhere_must_be_given_one) {
  const std::string world =
      "regions = [\"SIN\", \"GRU\", \"NVA\"]\nduration_s = 1\n[stock]\nunits = 1\n[open]\nbaskets_per_s = 1\n";
  EXPECT_THAT(faults_of(world), ElementsAre("x.toml:1: regions: no round trip of SIN and GRU is published; "
                                            "give it in [round_trip_ms]"));
  EXPECT_THAT(faults_of(world + "[round_trip_ms]\n\"GRU-SIN\" = 330\n"), ElementsAre());
}

TEST(Scenarios, a_folder_is_no_file) {
  const test::TempDir folder;
  EXPECT_THAT(find_scenario(folder / ".toml").faults.size(), 1u);
  const std::string world = folder / "world.toml";
  std::filesystem::create_directory(world);
  EXPECT_THAT(find_scenario(world).faults, ElementsAre("cannot read " + world));
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
