// What people and programs are shown of a run.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "sim/commands/arguments.h"
#include "sim/commands/commands.h"
#include "sim/commands/settings.h"
#include "sim/report/page.h"
#include "sim/report/svg.h"
#include "sim/scenario/scenario_file.h"
#include "sim/shoppers/history.h"
#include "support/paths.h"
#include "support/temp_dir.h"

namespace holdfast::sim {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

Measured measured(std::uint64_t seed, std::int64_t oversold, Figure false_denials) {
  Measured result{"small", "static", seed, false, {}};
  result.measures.oversold_units = oversold;
  result.measures.false_denial_pct = false_denials;
  result.measures.reserve_ms = {0.25, 1, 2.5};
  return result;
}

TEST(Report, json_has_the_names_of_the_measures_and_null_for_what_cannot_be_said) {
  const auto text = json_text({measured(7, 0, 12.5)});
  EXPECT_THAT(
      text, HasSubstr(R"({"scenario":"small","policy":"static","seed":7,"waiting":false,"oversold_units":0,)"
                      R"("false_denial_pct":12.5,"unheard_denial_pct":null,"in_flight_denial_pct":null,)"
                      R"("unsold_wanted_units":0,"remote_pct":null,)"
                      R"("reserve_ms":{"p50":0.25,"p99":1,"p999":2.5},"served_in_partition_pct":null,)"));
  EXPECT_TRUE(text.starts_with("[") && text.ends_with("]\n"));
}

TEST(Report, csv_has_a_column_for_each_and_nothing_where_nothing_can_be_said) {
  const auto text = csv_text({measured(7, 0, std::nullopt)});
  EXPECT_TRUE(text.starts_with("scenario,policy,seed,waiting,oversold_units,false_denial_pct,")) << text;
  EXPECT_THAT(text, HasSubstr("\nsmall,static,7,false,0,,,,0,,0.25,1,2.5,"));
}

TEST(Report, names_with_commas_quotes_and_line_breaks_stay_one_field) {
  auto result = measured(7, 0, std::nullopt);
  result.scenario = "a,\"b\"\n";
  EXPECT_THAT(csv_text({result}), HasSubstr("\n\"a,\"\"b\"\"\n\",static,7,"));
  EXPECT_THAT(json_text({result}), HasSubstr(R"({"scenario":"a,\"b\"\u000a",)"));
}

TEST(Report, a_table_has_the_median_of_several_seeds_and_the_worst_below) {
  auto results = std::vector{measured(1, 2, 10.0), measured(2, 0, std::nullopt), measured(3, 0, 20.0)};
  results[0].measures.served_in_partition_pct = 70;
  results[1].measures.served_in_partition_pct = 90;
  const auto text = table_text(results);
  EXPECT_THAT(text, testing::ContainsRegex("static +0 +15.00 .* 80.00 "));
  EXPECT_THAT(text, testing::ContainsRegex("  worst +2 +20.00 .* 70.00 "));
  EXPECT_THAT(table_text({measured(1, 0, 10.0)}), Not(HasSubstr("worst")));
}

TEST(Report, figures_are_grouped_and_rounded) {
  EXPECT_EQ(shown(1234567.891, 1), "1,234,567.9");
  EXPECT_EQ(shown(-1234.0, 0), "-1,234");
  EXPECT_EQ(shown(999.0, 0), "999");
  EXPECT_EQ(shown(std::nullopt, 2), "-");
  EXPECT_EQ(short_number(12'500), "12.5k");
  EXPECT_THAT(ticks_up_to(1100), ElementsAre(0, 500, 1000, 1500));
}

TEST(Report, a_page_stands_for_itself_and_shows_the_cut) {
  const auto scenario = *parse_scenario(
      "title = \"a <b>\"\nregions = [\"NVA\", \"IRE\"]\nduration_s = 4\n[stock]\nunits = 50\n[open]\n"
      "baskets_per_s = 40\nshares = { NVA = 1 }\n[[cut]]\nbetween = [\"NVA\", \"IRE\"]\nfrom_s = 1\nto_s = 2\n",
      "small.toml");
  Recorder recorder(2);
  Measured result{"small", "fixed", 1, false, run_market({scenario, "fixed", 1, Waiting::no}, &recorder)};
  const auto html = page_html(scenario, result, recorder.recording(), "holdfast-sim run small");
  for (const auto* part : {"a &lt;b&gt;", "NVA–IRE cut", "Where the rights were", "What shoppers were told",
                           "How long a reservation took", "What moved", "false_denial_pct", "</html>"})
    EXPECT_THAT(html, HasSubstr(part));
  for (const auto* foreign : {"http", "src=", "@import", "url(", "<script"})
    EXPECT_THAT(html, Not(HasSubstr(foreign)));
}

TEST(Commands, options_are_held_to_what_a_command_knows) {
  constexpr Option options[] = {{"--seed", "N", ""}, {"--wait", "", ""}};
  const auto parse = [&](std::vector<std::string> words) { return Arguments::parse(words, options); };
  const auto good = parse({"a", "--seed=3", "--wait", "--seed", "4"});
  ASSERT_TRUE(good);
  EXPECT_THAT(good->rest(), ElementsAre("a"));
  EXPECT_THAT(good->all("--seed"), ElementsAre("3", "4"));
  EXPECT_EQ(parse({"--sed", "3"}).error(), "--sed: no such option, did you mean --seed");
  EXPECT_EQ(parse({"--seed"}).error(), "--seed needs N");
  EXPECT_EQ(parse({"--wait=1"}).error(), "--wait takes no value");
}

Arguments arguments_of(std::vector<std::string> words) {
  constexpr Option options[] = {{"--policy", "NAME", ""}};
  return *Arguments::parse(words, options);
}

TEST(Commands, worlds_of_one_name_are_told_apart_by_their_paths) {
  const test::TempDir folder;
  std::filesystem::create_directory(folder / "a");
  const std::string world = "regions = 1\nduration_s = 1\n[stock]\nunits = 1\n[open]\nbaskets_per_s = 1\n";
  const std::string one = folder / "drain.toml", other = folder / "a/drain.toml",
                    alone = folder / "alone.toml";
  for (const auto& path : {one, other, alone}) test::write_file(path, world);
  const auto scenarios = scenarios_of(arguments_of({"drain", one, other, alone, one, "drain"}));
  std::vector<std::string> names;
  for (const auto& scenario : scenarios.value()) names.push_back(scenario.name);
  EXPECT_THAT(names, ElementsAre("drain", one, other, "alone"));
}

TEST(Commands, what_is_named_twice_is_run_once) {
  EXPECT_THAT(
      policies_of(arguments_of({"--policy", "static,static", "--policy", "oracle,static"}), {}).value(),
      ElementsAre("static", "oracle"));
  EXPECT_EQ(scenarios_of(arguments_of({"last-unit", "last-unit-2"}))->size(), 3u);
}

TEST(Commands, the_command_that_runs_it_again_can_be_pasted_into_a_shell) {
  Scenario scenario;
  scenario.file = "my shop's.toml";
  Job job;
  job.scenario = &scenario;
  job.policy = "static";
  EXPECT_EQ(command_of(job), "holdfast-sim run 'my shop'\\''s.toml' --policy static --seed 1");
  scenario.file = "a/shop-1.toml";
  EXPECT_EQ(command_of(job), "holdfast-sim run a/shop-1.toml --policy static --seed 1");
}

TEST(Commands, what_cannot_be_done_ends_with_2_and_one_line) {
  const std::vector<std::vector<std::string>> run{
      {}, {"flash-sail"}, {"drain", "--policy", "magic"}, {"a", "b"}};
  for (const auto& words : run) {
    testing::internal::CaptureStderr();
    EXPECT_EQ(run_command(words), 2);
    EXPECT_EQ(std::ranges::count(testing::internal::GetCapturedStderr(), '\n'), 1);
  }
  for (const auto& words :
       std::vector<std::vector<std::string>>{{}, {"abc"}, {"7", "--without", "nonsense"}}) {
    testing::internal::CaptureStderr();
    EXPECT_EQ(replay_command(words), 2);
    EXPECT_EQ(std::ranges::count(testing::internal::GetCapturedStderr(), '\n'), 1);
  }
  const std::vector<std::string> no_map{"orders.csv"}, bad_seeds{"drain", "--seeds", "9-1"};
  EXPECT_EQ(orders_command(no_map), 2);
  EXPECT_EQ(compare_command(bad_seeds), 2);
  for (const auto* outage : {"eu", "eu=40-20", "eu=20-101", "mars=20-40"}) {
    const std::vector<std::string> words{"orders.csv", "--map", test::source_dir() + "/tools/regions.toml",
                                         "--alone", outage};
    testing::internal::CaptureStderr();
    EXPECT_EQ(orders_command(words), 2) << outage;
    EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("is not REGION=A-B")) << outage;
  }
}

TEST(History, a_plan_becomes_a_script_pressed_into_the_time_given) {
  orders::Plan plan;
  plan.stock = {{"10001", {4, 4}}, {"10002", {1, 0}}};
  using Kind = orders::Task::Kind;
  const auto task = [](Kind kind, std::size_t region, std::int64_t time_s,
                       std::vector<orders::OrderLine> lines) {
    return orders::Task{kind, region, 0, time_s, "id", "1", "ann", std::move(lines)};
  };
  const orders::OrderLine two{2, 100, "1", "10001", 2, "ann", ""}, one{3, 100, "1", "10002", 1, "ann", ""};
  const orders::OrderLine never{4, 100, "1", "99999", 1, "ann", ""};
  plan.tasks = {task(Kind::sell, 1, 100, {two, one, two, never}), task(Kind::take_back, 1, 150, {two}),
                task(Kind::write_off, 0, 200, {one})};
  const auto history = script_of(plan, 2, std::chrono::seconds(10));
  EXPECT_EQ(history.units_wanted, (std::vector<std::int64_t>{0, 5}));
  EXPECT_EQ(history.script.placement, (Placement{{4, 1}, {4, 0}}));
  ASSERT_EQ(history.script.arrivals.size(), 2u);
  EXPECT_EQ(history.script.arrivals[0].basket, (Basket{{0, 4}, {1, 1}}));
  EXPECT_EQ(history.script.arrivals[1].fate.end, Fate::End::writes_off);
  ASSERT_EQ(history.script.brought_back.size(), 1u);
  EXPECT_NEAR(static_cast<double>(history.script.brought_back[0].at.time_since_epoch().count()), 5e6, 1e5);
}

TEST(History, who_wants_something_of_a_region_that_is_down_comes_when_it_is_back) {
  Scenario scenario;
  scenario.regions = {"r1", "r2", "r3"};
  Script script;
  const auto at = [](int second) { return SimTime(std::chrono::seconds(second)); };
  script.arrivals = {{at(1), 0, {}, {}, "ann"},
                     {at(2), 1, {}, {}, "bob"},
                     {at(3), 0, {}, {}, "cid"},
                     {at(5), 0, {}, {}, "dee"}};
  add_outage({1, at(1), at(4), false}, scenario, script);
  add_outage({0, at(1), at(4), true}, scenario, script);
  std::string came;
  for (const auto& arrival : script.arrivals) came += arrival.customer + " ";
  EXPECT_EQ(came, "bob ann cid dee ");
  EXPECT_EQ(script.arrivals[1].at, at(4));
  ASSERT_EQ(scenario.cuts.size(), 2u);
  EXPECT_EQ(scenario.cuts[1].pairs, (std::vector<std::pair<std::size_t, std::size_t>>{{0, 1}, {0, 2}}));
}

TEST(Report, what_was_sold_is_shown_region_by_region) {
  Measured result{"orders", "holdfast", 1, true, {}};
  result.measures.units_sold_in[0] = 1'500;
  result.measures.units_sold_in[1] = 250;
  EXPECT_EQ(sold_text({"eu", "us"}, {2'000, 500}, {result}),
            "units                  eu   us    all  of wanted\n"
            "wanted              2,000  500  2,500    100.0 %\n"
            "holdfast (waiting)  1,500  250  1,750     70.0 %\n");
}

TEST(History, goods_come_back_from_what_was_sold_and_write_offs_are_no_sales) {
  Scenario scenario;
  scenario.name = "history";
  scenario.regions = {"r1"};
  scenario.round_trips = published_round_trips(scenario.regions);
  scenario.duration = std::chrono::seconds(10);
  const auto at = [](int second) { return SimTime(std::chrono::seconds(second)); };
  Fate lost;
  lost.end = Fate::End::writes_off;
  Script script;
  script.partial = true;
  script.placement = {{10}};
  script.arrivals = {
      {at(1), 0, {{0, 6}}, {}, "ann"}, {at(2), 0, {{0, 3}}, lost, {}}, {at(5), 0, {{0, 9}}, {}, "bob"}};
  script.brought_back = {{at(3), 0, "ann", {0, 4}}, {at(4), 0, "eve", {0, 4}}};
  for (const auto* policy : {"oracle", "static", "holdfast"}) {
    const auto measures = run_script({scenario, policy, 1, Waiting::no}, script);
    EXPECT_EQ(measures.units_sold, 6 + 5) << policy;  // 10 - 6 - 3 + 4 are left for bob
    EXPECT_EQ(measures.sales, 2u) << policy;
    EXPECT_EQ(measures.attempts, 2u) << policy;
    EXPECT_EQ(measures.oversold_units, 0) << policy;
  }
}

}  // namespace
}  // namespace holdfast::sim
