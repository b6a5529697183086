// What other regions are told of demand here once it has ceased: when it is looked at, and what is published.
#include "core/rate_checks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/shop.h"

namespace holdfast::test {
namespace {

using namespace std::chrono_literals;

TEST(RateChecks, are_due_80_s_after_a_sku_was_wanted_at_a_whole_second_and_once_for_all_who_wanted_it) {
  RateChecks checks;
  RateChecks::Places places = 0;
  EXPECT_EQ(checks.first_due(), std::nullopt);
  checks.wanted(SkuId(3), places, node_time(1'001));
  checks.wanted(SkuId(3), places, node_time(50'000));
  EXPECT_EQ(checks.first_due(), node_time(82'000));
  EXPECT_FALSE(checks.take(node_time(81'999)));
  const auto due = checks.take(node_time(82'000));
  ASSERT_TRUE(due);
  EXPECT_EQ(due->sku, SkuId(3));
  EXPECT_FALSE(checks.take(node_time(1'000'000'000)));
}

TEST(RateChecks, come_the_more_seldom_the_longer_nobody_wanted_it) {
  const auto next_after = [](Millis quiet) {
    RateChecks checks;
    RateChecks::Places places = 0;
    checks.again(SkuId(0), places, quiet, node_time(0));
    return *checks.first_due() - node_time(0);
  };
  EXPECT_EQ(next_after(1s), 80s);
  EXPECT_EQ(next_after(81s), 640s);
  EXPECT_EQ(next_after(1h), 5'120s);
  EXPECT_EQ(next_after(10h), 40'960s);
  EXPECT_EQ(next_after(24h), 327'680s);
  EXPECT_EQ(next_after(24h * 365), 2'621'440s);
}

TEST(RateChecks, of_two_delays_the_one_that_is_over_first_is_due_first) {
  RateChecks checks;
  RateChecks::Places places = 0;
  checks.again(SkuId(1), places, 10h, node_time(0));
  checks.wanted(SkuId(1), places, node_time(100'000));
  EXPECT_EQ(checks.first_due(), node_time(180'000));
  RateChecks::forget_place(places, *checks.take(node_time(180'000)));
  checks.wanted(SkuId(1), places, node_time(200'000));
  EXPECT_EQ(checks.first_due(), node_time(280'000));
}

// Region eu with much stock; us is configured, and hears what rows say.
class ToldRate : public testing::Test {
 protected:
  explicit ToldRate(Peers peers = {"us"}) : shop(std::move(peers)) { shop.adjust("a", 1'000'000); }
  NodeTime hourly_mark() { return shop.journal().back().at + 1h; }

  void sell(std::int64_t units, const std::string& sku = "a") {
    const std::string cart = "cart-" + std::to_string(++carts);
    EXPECT_EQ(shop.reserve(cart, {{sku, units}}), "created");
    EXPECT_EQ(shop.purchase(cart), "purchased");
  }
  // 100 units a second for ten seconds.
  void burst() {
    for (int second = 0; second < 10; ++second) {
      sell(100);
      shop.pass(1s);
    }
  }
  [[nodiscard]] std::int64_t told(std::uint32_t sku = 0) const {
    return shop.state().stock().row(self, SkuId(sku)).rate;
  }
  [[nodiscard]] std::uint64_t version() const { return shop.state().replicas().version(self).value(); }
  void have_room(bool room) { shop.step(input::Tick{.may_record = room}); }

  Shop shop;
  int carts = 0;
};

TEST_F(ToldRate, falls_in_one_row_once_a_burst_has_been_over_for_80_s) {
  burst();
  const std::int64_t of_the_burst = told();
  const std::uint64_t before = version();
  shop.pass(70s);
  EXPECT_EQ(version(), before);
  shop.pass(100s);
  EXPECT_EQ(version(), before + 1);
  EXPECT_LT(told(), of_the_burst / 8);
  EXPECT_GT(told(), 0);
  shop.pass(5min);
  EXPECT_EQ(version(), before + 1) << "and then stays for minutes";
}

TEST_F(ToldRate, of_what_goes_on_selling_is_told_by_its_sales_alone) {
  for (int sale = 0; sale < 200; ++sale) {
    sell(1);
    shop.pass(sale % 2 == 0 ? 1s : 20s);
  }
  EXPECT_EQ(version(), 1u + 200u);
}

TEST_F(ToldRate, falls_also_where_a_few_shoppers_come_on) {
  burst();
  const std::int64_t of_the_burst = told();
  for (int one = 0; one < 10; ++one) {
    shop.reserve("late-" + std::to_string(one), {{"a", 1}});
    shop.pass(1min);
  }
  EXPECT_LT(told(), of_the_burst / 8);
}

TEST_F(ToldRate, falls_80_s_after_a_second_burst_though_a_look_an_hour_from_now_was_due_already) {
  burst();
  shop.pass(1h);
  burst();
  const std::int64_t of_the_burst = told();
  shop.pass(170s);
  EXPECT_LT(told(), of_the_burst / 8);
}

TEST_F(ToldRate, comes_to_nothing_in_a_few_rows_and_then_nothing_is_due_any_more) {
  sell(1);
  const std::uint64_t before = version();
  shop.pass(24h * 60);
  EXPECT_EQ(told(), 0);
  EXPECT_LE(version(), before + 6);
  EXPECT_EQ(shop.replica().next_deadline(), hourly_mark());
}

TEST_F(ToldRate, of_many_skus_at_once_falls_by_so_many_in_a_second) {
  constexpr std::uint32_t skus = 5'000;
  for (std::uint32_t sku = 1; sku <= skus; ++sku) {
    shop.adjust("sku-" + std::to_string(sku), 100);
    sell(1, "sku-" + std::to_string(sku));
  }
  const std::size_t before = shop.journal().size();
  shop.pass(80s);
  for (std::size_t records = 1; records <= 5; ++records) {
    EXPECT_EQ(shop.journal().size(), before + records);
    shop.pass(1s);
  }
  for (std::size_t i = before; i < shop.journal().size(); ++i)
    EXPECT_LE(shop.journal()[i].rows.size(), 1'024u);
  for (std::uint32_t sku = 1; sku <= skus; ++sku) ASSERT_LT(told(sku), 20'000) << sku;
}

TEST_F(ToldRate, is_left_on_a_full_disk_and_made_up_for_when_there_is_room) {
  burst();
  const std::int64_t of_the_burst = told();
  shop.sleep(10min);
  EXPECT_EQ(shop.replica().next_deadline(false), std::nullopt);
  const std::size_t records = shop.journal().size();
  have_room(false);
  EXPECT_EQ(shop.journal().size(), records);
  have_room(true);
  EXPECT_LT(told(), of_the_burst / 8);
}

TEST_F(ToldRate, is_what_it_was_after_a_restart_until_the_sku_is_wanted_again) {
  burst();
  const std::int64_t of_the_burst = told();
  shop.restart();
  shop.pass(1h);
  EXPECT_EQ(told(), of_the_burst);
  shop.reserve("r", {{"a", 1}});
  shop.pass(170s);
  EXPECT_LT(told(), of_the_burst / 8);
}

// Another process went on in its name: nobody takes its rows any more.
TEST_F(ToldRate, of_a_fenced_region_stays) {
  shop.link("us");
  burst();
  const std::uint64_t before = version();
  message::Rows forged;
  forged.number = 1;
  forged.replicas = {config_of("eu").own};
  Row row;
  row.version = Version(before + 1);
  forged.sections = {{0, std::nullopt, {{"a", row}}}};
  shop.step(input::Received{LinkId(1), forged});
  ASSERT_FALSE(shop.state().fenced().empty());
  shop.pass(1h);
  EXPECT_EQ(version(), before);
}

class ToldToNobody : public ToldRate {
 protected:
  ToldToNobody() : ToldRate(Peers{}) {}
};

TEST_F(ToldToNobody, makes_no_row_and_no_deadline) {
  burst();
  const std::uint64_t before = version();
  EXPECT_EQ(shop.replica().next_deadline(), hourly_mark());
  shop.pass(1h);
  have_room(true);
  EXPECT_EQ(version(), before);
}

}  // namespace
}  // namespace holdfast::test
