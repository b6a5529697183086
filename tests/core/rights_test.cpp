// Who has what: rights per region as last heard, what runs dry first, and the readings for dashboards.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "core/holdings.h"
#include "core/readings.h"
#include "support/shop.h"

namespace holdfast::test {
namespace {

using namespace std::chrono_literals;
using request::RightsOrder;
using testing::ElementsAre;
using testing::IsEmpty;

// Region eu, which has heard of stock of us, and never of ap.
class Rights : public testing::Test {
 protected:
  Rights() : shop(Peers{"us", "ap"}) {
    shop.link("us");
    shop.adjust("a", 10);
    shop.hear("us", {{"a", 5, 0, 2}});
  }
  answer::Rights page(RightsOrder order, std::size_t limit, const std::string& after = "") {
    request::GetRights request;
    request.sort = order;
    request.limit = limit;
    request.after = after;
    return std::get<answer::Rights>(shop.ask(request).value());
  }
  answer::SkuRights of(const std::string& sku) {
    request::GetRights request;
    request.sku = sku;
    return std::get<answer::Rights>(shop.ask(request).value()).skus.at(0);
  }
  // Page after page, to the end.
  std::vector<std::string> all(RightsOrder order, std::size_t limit) {
    std::vector<std::string> names;
    std::string after;
    do {
      const answer::Rights rights = page(order, limit, after);
      for (const answer::SkuRights& sku : rights.skus) names.push_back(sku.sku);
      after = rights.next;
    } while (!after.empty());
    return names;
  }
  // Shoppers try to buy so many a second for ten seconds.
  void want(const std::string& sku, std::int64_t each_second) {
    for (int second = 0; second < 10; ++second) {
      shop.reserve(sku + std::to_string(second), {{sku, each_second}});
      shop.release(sku + std::to_string(second));
      shop.sleep(1s);
    }
  }
  Shop shop;
};

TEST_F(Rights, of_every_region_as_last_heard_and_what_was_never_heard_is_stale_and_none) {
  shop.reserve("r", {{"a", 1}});
  const answer::SkuRights rights = of("a");
  ASSERT_EQ(rights.regions.size(), 3u);
  EXPECT_EQ(rights.rights, Units(15));
  EXPECT_EQ(rights.reserved, Units(3));
  EXPECT_EQ(rights.regions[0].rights, Units(10));
  EXPECT_EQ(rights.regions[0].reserved, Units(1));
  EXPECT_EQ(rights.regions[1].region, "us");
  EXPECT_EQ(rights.regions[1].rights, Units(5));
  EXPECT_EQ(rights.regions[1].heard_ago, 0ms);
  EXPECT_FALSE(rights.regions[1].stale);
  EXPECT_EQ(rights.regions[2].region, "ap");
  EXPECT_EQ(rights.regions[2].rights, no_units);
  EXPECT_FALSE(rights.regions[2].heard_ago);
  EXPECT_TRUE(rights.regions[2].stale);
}

TEST_F(Rights, of_a_region_that_was_not_heard_for_a_while_are_shown_as_stale) {
  shop.sleep(2s);
  const answer::SkuRights rights = of("a");
  EXPECT_EQ(rights.regions[1].heard_ago, 2s);
  EXPECT_TRUE(rights.regions[1].stale);
  EXPECT_EQ(rights.rights, Units(15));
}

// An operator who gives a slow link more time is believed from the next step on.
TEST_F(Rights, of_a_region_are_stale_by_the_deadline_that_is_configured_now) {
  shop.sleep(2s);
  shop.step(input::Configured{{.cut_off_after = 3s}});
  EXPECT_FALSE(of("a").regions[1].stale);
  shop.step(input::Configured{});
  EXPECT_TRUE(of("a").regions[1].stale);
}

// us gave units to ap of which ap has not told yet; ap may look overdrawn, and is shown as having none.
TEST_F(Rights, are_never_shown_as_less_than_none) {
  shop.link("ap");
  message::Rows rows;
  rows.number = 1;
  rows.replicas = {{"ap", {1, 1}}};
  message::WireRow row;
  row.sku = "a";
  row.row.purchased = Units(3);
  row.row.reserved = Units(1);
  row.row.version = Version(1);
  rows.sections = {{0, std::nullopt, {row}}};
  shop.step(input::Received{LinkId(2), rows});
  EXPECT_EQ(of("a").regions[2].rights, no_units);
  EXPECT_EQ(of("a").regions[2].reserved, no_units);
  const auto status = std::get<answer::Status>(shop.ask(request::GetStatus{}).value());
  EXPECT_EQ(status.regions[2].rights, no_units);
}

// Of b nothing is left there, and c went on to us after its own row was told.
TEST_F(Rights, of_a_ledger_that_was_lost_are_shown_apart_and_in_no_sum) {
  shop.hear("us", {{"b", 0}});
  shop.adjust("c", 4);
  ASSERT_EQ(said(shop.ask(request::MoveRights{"c", "m", "us", Units(3), ""})), "moved");
  const auto lost = [&] { return std::get<answer::Status>(shop.ask(request::GetStatus{}).value()).lost; };
  EXPECT_THAT(lost(), IsEmpty());
  shop.step(input::LinkDown{LinkId(1)});
  shop.pass(2s);
  input::LinkUp anew = PeerVoice("us", LinkId(5)).handshake("shop");
  anew.hello.replica.incarnation = {2, 1};
  shop.step(anew);
  const answer::LostLedger expected{{"us", {1, 1}}, Units(8), 2};
  EXPECT_THAT(lost(), ElementsAre(expected));
  EXPECT_EQ(of("a").lost, Units(5));
  EXPECT_EQ(of("a").rights, Units(10));
  EXPECT_EQ(of("b").lost, no_units);
  EXPECT_EQ(of("c").lost, Units(3));
  EXPECT_EQ(shop.replica().readings(shop.now().node).regions[1].lost, Units(8));
  shop.restart();
  EXPECT_THAT(lost(), ElementsAre(expected));
}

TEST_F(Rights, of_a_sku_that_nobody_heard_of_are_unknown_once_every_region_was_heard) {
  request::GetRights request;
  request.sku = "z";
  EXPECT_EQ(said(shop.ask(request)), "rights_unreachable");
  EXPECT_EQ(said(shop.ask(request::GetSku{"z"})), "rights_unreachable");
  shop.link("ap");
  EXPECT_EQ(said(shop.ask(request)), "sku_unknown");
  EXPECT_EQ(said(shop.ask(request::GetSku{"z"})), "sku_unknown");
}

TEST_F(Rights, come_in_byte_order_by_page) {
  for (const char* sku : {"c", "b", "d", "e"}) shop.adjust(sku, 1);
  EXPECT_THAT(all(RightsOrder::sku, 2), ElementsAre("a", "b", "c", "d", "e"));
  EXPECT_THAT(all(RightsOrder::sku, 5), ElementsAre("a", "b", "c", "d", "e"));
  EXPECT_THAT(page(RightsOrder::sku, 5, "e").skus, IsEmpty());
}

TEST_F(Rights, what_runs_dry_first_comes_first_and_what_nobody_buys_last_by_name) {
  for (const char* sku : {"slow", "fast", "quiet"}) shop.adjust(sku, 1000);
  want("slow", 10);
  want("fast", 100);
  EXPECT_THAT(all(RightsOrder::runs_dry, 10), ElementsAre("fast", "slow", "a", "quiet"));
  EXPECT_THAT(all(RightsOrder::runs_dry, 1), ElementsAre("fast", "slow", "a", "quiet"));
  EXPECT_THAT(all(RightsOrder::runs_dry, 3), ElementsAre("fast", "slow", "a", "quiet"));
  EXPECT_THAT(page(RightsOrder::runs_dry, 10, "nothing").skus, IsEmpty());
}

// Page by page, only of what was ever wanted: as a sort of the whole catalogue has them.
TEST_F(Rights, stand_in_the_order_in_which_they_run_dry_as_a_look_at_every_sku_finds_it) {
  Random random(3);
  for (int sku = 0; sku < 60; ++sku) shop.adjust("s" + std::to_string(sku), 1 + random.below(4));
  for (int attempt = 0; attempt < 120; ++attempt) {  // met or not
    const std::string sku = "s" + std::to_string(random.below(40));
    shop.reserve("r" + std::to_string(attempt), {{sku, 1 + static_cast<std::int64_t>(random.below(3))}});
    if (attempt == 60) shop.restart();  // what was wanted then stands in rows, and is wanted here no more
    std::vector<answer::SkuRights> whole = page(RightsOrder::sku, 1000).skus;
    std::ranges::stable_sort(
        whole, {}, [](const answer::SkuRights& of) { return of.runs_dry_in.value_or(Millis::max()); });
    std::vector<std::string> names;
    for (const answer::SkuRights& of : whole) names.push_back(of.sku);
    ASSERT_EQ(all(RightsOrder::runs_dry, 1 + random.below(70)), names) << "attempt " << attempt;
  }
}

// One that ran dry long ago among very many that sell, asked again and again, as a screen does.
TEST_F(Rights, of_very_many_wanted_skus_the_driest_comes_first_once_all_were_looked_at) {
  const int skus = 2 * static_cast<int>(Holdings::looked_at_once);
  request::Import import{.key = "import"};
  for (int sku = 0; sku < skus; ++sku)
    import.lines.push_back(
        {static_cast<std::uint64_t>(sku + 1), "s" + std::to_string(sku), Units(1'000), ""});
  shop.ask(import);
  for (int sku = 0; sku < skus; ++sku)
    shop.reserve("r" + std::to_string(sku), {{"s" + std::to_string(sku), sku == skus - 5'000 ? 1'000 : 1}});
  const std::string driest = "s" + std::to_string(skus - 5'000);
  int asked = 1;
  while (page(RightsOrder::runs_dry, 10).skus.at(0).sku != driest) ASSERT_LT(++asked, 5);
  EXPECT_GT(asked, 1);
  for (int again = 0; again < 5; ++again) EXPECT_EQ(page(RightsOrder::runs_dry, 10).skus.at(0).sku, driest);
  const answer::Rights next = page(RightsOrder::runs_dry, 10, driest);
  EXPECT_EQ(next.skus.size(), 10u);
  EXPECT_GE(next.skus.at(0).runs_dry_in.value(), of(driest).runs_dry_in.value());
}

TEST_F(Rights, equally_dry_skus_stand_by_name) {
  for (const char* sku : {"y", "x"}) shop.reserve(sku, {{"a", 1}});
  shop.adjust("y", 1);
  shop.adjust("x", 1);
  for (const char* sku : {"y", "x"}) shop.reserve(std::string("all-of-") + sku, {{sku, 1}});
  EXPECT_EQ(of("x").runs_dry_in, 0ms);
  EXPECT_EQ(of("y").runs_dry_in, 0ms);
  EXPECT_THAT(all(RightsOrder::runs_dry, 1), ElementsAre("x", "y", "a"));
}

TEST_F(Rights, a_large_stock_runs_dry_as_well) {
  shop.adjust("many", 200'000'000);
  want("many", 100'000);
  const answer::SkuRights many = of("many");
  ASSERT_TRUE(many.runs_dry_in);
  const std::int64_t per_1000_s = many.sold_per_1000_s;
  const double seconds = 200'000'000.0 * 1000 / static_cast<double>(per_1000_s);
  EXPECT_NEAR(static_cast<double>(many.runs_dry_in->count()), seconds * 1000, 1.0);
}

TEST_F(Rights, more_than_could_be_sold_in_a_thousand_years_do_not_run_dry) {
  request::Import import{.key = "import"};
  for (std::uint64_t line = 1; line <= 80; ++line)
    import.lines.push_back({.line = line, .sku = "many", .quantity = Units(1'000'000'000), .fault = ""});
  shop.ask(import);
  shop.reserve("r", {{"many", 1}});
  shop.pass(24h);
  EXPECT_GT(of("many").sold_per_1000_s, 0);
  EXPECT_FALSE(of("many").runs_dry_in);
}

// Readings.

class ReadingsTest : public Rights {
 protected:
  Readings readings() { return shop.replica().readings(shop.now().node); }
};

TEST_F(ReadingsTest, tell_of_this_region_first_and_of_the_others_as_configured) {
  shop.reserve("r", {{"a", 4}});
  const Readings read = readings();
  EXPECT_EQ(read.pending_reservations, 1u);
  ASSERT_EQ(read.regions.size(), 3u);
  EXPECT_TRUE(read.regions[0].is_self);
  EXPECT_EQ(read.regions[0].rights, Units(10));
  EXPECT_EQ(read.regions[0].reserved, Units(4));
  EXPECT_EQ(read.regions[1].name, "us");
  EXPECT_TRUE(read.regions[1].up);
  EXPECT_EQ(read.regions[1].heard_ago, 0ms);
  EXPECT_EQ(read.regions[1].rights, Units(5));
  EXPECT_EQ(read.regions[1].reserved, Units(2));
  EXPECT_EQ(read.regions[2].name, "ap");
  EXPECT_FALSE(read.regions[2].up);
  EXPECT_FALSE(read.regions[2].heard_ago);
  EXPECT_EQ(read.regions[2].rights, no_units);
}

TEST_F(ReadingsTest, show_how_long_the_oldest_reservation_is_overdue) {
  EXPECT_EQ(readings().expiry_lag, 0ms);
  auto request = reserve("r", {{"a", 4}});
  request.ttl = 5s;
  shop.ask(request);
  shop.sleep(4s);
  EXPECT_EQ(readings().expiry_lag, 0ms);
  shop.sleep(3s);
  EXPECT_EQ(readings().expiry_lag, 2s);
  shop.step(input::Tick{});
  EXPECT_EQ(readings().expiry_lag, 0ms);
}

}  // namespace
}  // namespace holdfast::test
