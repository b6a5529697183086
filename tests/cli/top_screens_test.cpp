// The dashboard as people see it, in files beside this one: screens/NAME-COLUMNSxROWS.txt. After a change on
// purpose:
//
//   HOLDFAST_UPDATE_SCREENS=1 build/release/bin/test_cli --gtest_filter='Screens*'; git diff
//   tests/cli/screens
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "cli/canned.h"
#include "cli/format.h"
#include "cli/top/screen.h"
#include "support/paths.h"

namespace holdfast::cli {
namespace {

// Of a world made up: each region and SKU with figures that differ.
struct World {
  std::vector<std::pair<std::string, std::string>> regions;  // names and states; the first is this one
  std::vector<std::pair<std::string, std::int64_t>> skus;    // names and rights in each region
};

std::string status_json(const World& world) {
  std::string regions, alarms;
  std::int64_t i = 0;
  for (const auto& [name, state] : world.regions) {
    const bool self = i == 0;
    regions +=
        std::string(regions.empty() ? "" : ",") + R"({"region":")" + name + R"(","self":)" +
        (self ? "true" : "false") + R"(,"state":")" + state + R"(","direct":true,"rtt_ms":)" +
        (self ? "null" : std::to_string(20 + 7 * i)) + R"(,"heard_ms_ago":)" +
        (self            ? "null"
         : state == "up" ? "400"
                         : "131000") +
        R"(,"skus":2,"rights":)" + std::to_string(48'210 - 977 * i) + R"(,"reserved":)" +
        std::to_string(1'204 - 11 * i) + R"(,"sold_per_1000_s":)" + std::to_string(312'400 - 4'100 * i) +
        R"(,"refused_per_1000_s":{"sold_out":400,"not_enough":100,"all_reserved":100,"rights_unreachable":0,)"
        R"("insufficient_here":200},"reserve_us_p50":140,"reserve_us_p99":420})";
    if (state == "cut_off")
      alarms += std::string(alarms.empty() ? "" : ",") +
                R"({"code":"region_cut_off","since":"2026-11-23T17:58:02.000Z","region":")" + name +
                R"(","detail":"its units cannot be sold elsewhere"})";
    ++i;
  }
  return R"({"cluster":"shop-prod","region":"eu","now":"2026-11-23T18:00:04.123Z","uptime_ms":532800000,)"
         R"("audit":{"oversold_units":0,"checked_ms_ago":1800},"alarms":[)" +
         alarms + R"(],"regions":[)" + regions + "]}";
}

std::string rights_json(const World& world) {
  std::string skus;
  std::int64_t i = 0;
  for (const auto& [name, each] : world.skus) {
    std::string regions;
    std::int64_t total = 0, j = 0;
    for (const auto& [region, state] : world.regions) {
      const std::int64_t rights = each / (1 + j % 3);
      total += rights;
      regions += std::string(regions.empty() ? "" : ",") + R"({"region":")" + region + R"(","rights":)" +
                 std::to_string(rights) + R"(,"reserved":0,"sold_per_1000_s":)" +
                 std::to_string(900 + 100 * j) + R"(,"heard_ms_ago":)" + (state == "up" ? "400" : "131000") +
                 R"(,"stale":)" + (state == "up" ? "false" : "true") + "}";
      ++j;
    }
    skus += std::string(skus.empty() ? "" : ",") + R"({"sku":")" + name + R"(","rights":)" +
            std::to_string(total) + R"(,"reserved":)" + std::to_string(total / 50) +
            R"(,"sold_per_1000_s":)" + std::to_string(1'600 + 10 * i++) +
            R"(,"runs_dry_in_ms":40000,"regions":[)" + regions + "]}";
  }
  return R"({"skus":[)" + skus + R"(],"next":null})";
}

Snapshot snapshot_of(const World& world) {
  return {.status = *parse_json(status_json(world)),
          .rights = *parse_json(rights_json(world)),
          .events = {"17:59:58Z  stock.adjusted        85123A  +500  available 9 500  delivery-77",
                     "18:00:03Z  rights.received       CONSOLE-5  us -> eu  120"}};
}

std::vector<std::pair<std::string, std::int64_t>> many_skus(std::size_t count) {
  std::vector<std::pair<std::string, std::int64_t>> skus;
  for (std::size_t i = 0; i < count; ++i)
    skus.emplace_back("sku-" + std::to_string(10'000 + i * 997), 20 + static_cast<std::int64_t>(i) * 37);
  return skus;
}

const World healthy{{{"eu", "up"}, {"us", "up"}, {"ap", "up"}},
                    {{"CONSOLE-5", 110}, {"85123A", 3'900}, {"71053", 40'000}}};

World with_cut() {
  World world = healthy;
  world.regions.back().second = "cut_off";
  return world;
}

World sold_out() {
  World world = healthy;
  world.skus = {{"CONSOLE-5", 0}, {"85123A", 0}, {"71053", 12}};
  return world;
}

World of_40_regions() {
  World world{{{"eu", "up"}}, many_skus(30)};
  for (int i = 1; i < 40; ++i)
    world.regions.emplace_back("r" + std::to_string(i), i == 33 ? "cut_off" : i == 38 ? "never_heard" : "up");
  return world;
}

// A daemon tells no more than a page, however many there are.
World of_100_000_skus() { return {healthy.regions, many_skus(1'000)}; }

World with_wide_names() {
  return {healthy.regions, {{"Tässchen", 9}, {"茶碗", 120}, {"e\u0301clair", 7}, {"نعناع", 70}}};
}

World with_a_long_name() {
  return {healthy.regions, {{"mug", 9}, {"a-tea-set-for-six-with-a-pot-and-two-spare-saucers-in-blue", 120}}};
}

std::string text_of(const Snapshot& snapshot, const View& view, Size size) {
  std::string text;
  for (const ShownLine& line : draw(snapshot, view, size)) {
    EXPECT_LE(width(line.text), size.columns) << line.text;
    text += line.look == Look::chosen ? ">" + line.text + "\n" : line.text + "\n";
  }
  return text;
}

void expect_as_in_file(const std::string& name, const Snapshot& snapshot, const View& view = {}) {
  for (const Size size : {Size{80, 24}, Size{200, 60}}) {
    const std::string shown = text_of(snapshot, view, size);
    const std::string path = test::source_dir() + "/tests/cli/screens/" + name + "-" +
                             std::to_string(size.columns) + "x" + std::to_string(size.rows) + ".txt";
    if (std::getenv("HOLDFAST_UPDATE_SCREENS")) std::ofstream(path, std::ios::binary) << shown;
    std::ifstream file(path, std::ios::binary);
    EXPECT_EQ(shown, std::string(std::istreambuf_iterator(file), {})) << path;
  }
}

TEST(Screens, OfADaemonThatHasNothingYet) { expect_as_in_file("empty", snapshot_of({{{"eu", "up"}}, {}})); }
TEST(Screens, OfHealthyRegions) { expect_as_in_file("healthy", snapshot_of(healthy)); }
TEST(Screens, OfARegionThatIsCutOff) { expect_as_in_file("cut-off", snapshot_of(with_cut())); }
TEST(Screens, OfProductsThatAreSoldOut) { expect_as_in_file("sold-out", snapshot_of(sold_out())); }
TEST(Screens, Of40Regions) { expect_as_in_file("40-regions", snapshot_of(of_40_regions())); }
TEST(Screens, Of100000Skus) { expect_as_in_file("100000-skus", snapshot_of(of_100_000_skus())); }
TEST(Screens, OfWideNames) { expect_as_in_file("wide-names", snapshot_of(with_wide_names())); }
TEST(Screens, OfALongName) { expect_as_in_file("long-name", snapshot_of(with_a_long_name())); }
TEST(Screens, OfHelp) { expect_as_in_file("help", snapshot_of(healthy), {.help = true}); }

TEST(Screens, OfADaemonThatIsSilent) {
  Snapshot snapshot = snapshot_of(healthy);
  snapshot.trouble = "connection refused";
  snapshot.silent_ms = 12'300;
  expect_as_in_file("silent", snapshot);
}

TEST(Screens, OfOneRegion) {
  expect_as_in_file("region", snapshot_of(with_cut()),
                    {.page = Page::region, .part = Part::regions, .detail = "ap"});
}

TEST(Screens, OfOneSku) {
  Snapshot snapshot = snapshot_of(with_cut());
  snapshot.explained = *parse_json(
      R"({"ok":true,"now":{"sku":"CONSOLE-5","available_here":102,"reserved_here":8,"purchased_here":44,)"
      R"("returned_here":0},"events":[{"position":7,"at":"2026-11-23T17:00:00.000Z","what":"adjusted: delivery",)"
      R"("rights":34,"reserved":0},{"position":9,"at":"2026-11-23T18:00:03.000Z","what":"received 120 from us",)"
      R"("rights":120,"reserved":0}]})");
  expect_as_in_file("sku", snapshot, {.page = Page::sku, .detail = "CONSOLE-5"});
}

}  // namespace
}  // namespace holdfast::cli
