#include "orders/plan.h"

#include <gmock/gmock.h>

namespace holdfast::orders {
namespace {

constexpr std::string_view map_text = R"("United Kingdom" = ["eu", "us", "ap"]
"Japan" = "ap"
"*" = "eu"
)";

RegionMap map_of(std::string_view text) {
  std::string why;
  const auto map = RegionMap::parse(text, why);
  EXPECT_TRUE(map) << why;
  return map.value_or(RegionMap());
}

History history_of(const std::string& lines) {
  std::string why;
  const auto history = parse_history("time,order,sku,quantity,customer,country\n" + lines, why);
  EXPECT_TRUE(history) << why;
  return history.value_or(History());
}

std::string line(const std::string& order, const std::string& sku, int quantity,
                 const std::string& customer = "7", const std::string& country = "Japan",
                 const std::string& time = "08:26:00") {
  return "2010-12-01T" + time + "Z," + order + "," + sku + "," + std::to_string(quantity) + "," + customer +
         "," + country + "\n";
}

TEST(ReplayOrders, ADamagedMapIsSaidToBeOne) {
  std::string why;
  EXPECT_FALSE(RegionMap::parse("[[[x]]", why));
  EXPECT_NE(why, "");
}

TEST(ReplayOrders, QuotesAndTimesAreRead) {
  EXPECT_THAT(csv_fields(R"(a,"b,c","d ""e""",)").value(), testing::ElementsAre("a", "b,c", "d \"e\"", ""));
  EXPECT_FALSE(csv_fields(R"(a,"b)"));
  EXPECT_EQ(parse_time("1970-01-02T00:01:02Z"), 86'462);
  for (const auto* bad :
       {"1970-01-02", "2010-02-30T00:00:00Z", "2010-12-01T24:00:00Z", "2010-12-01T08:26:00Zx"})
    EXPECT_FALSE(parse_time(bad)) << bad;
}

TEST(ReplayOrders, ABadLineIsNamedWithItsNumberAndTheOthersAreKept) {
  const auto history =
      history_of(line("1", "10001", 2) + "nonsense\n" + line("2", "10001", 0) + line("3", "10001", 1));
  EXPECT_EQ(history.lines.size(), 2U);
  ASSERT_EQ(history.bad.size(), 2U);
  EXPECT_EQ(history.bad[0].number, 3U);
  EXPECT_EQ(history.bad[0].why, "1 fields instead of 6 or 7");
  EXPECT_EQ(history.bad[1].number, 4U);
  EXPECT_EQ(history.bad[1].why, "quantity: 0 is no whole number of units");
}

TEST(ReplayOrders, WithoutTheColumnsThereIsNoHistory) {
  std::string why;
  EXPECT_FALSE(parse_history("order,sku\n", why));
  EXPECT_THAT(why, testing::HasSubstr("time,order,sku"));
}

TEST(ReplayMap, RegionsStandInTheOrderOfTheirFirstMention) {
  const auto map = map_of(map_text);
  EXPECT_THAT(map.regions(), testing::ElementsAre("eu", "us", "ap"));
  EXPECT_EQ(map.region_of("Japan", "x"), 2U);
  EXPECT_EQ(map.region_of("Atlantis", "x"), 0U);
}

TEST(ReplayMap, AListSpreadsByCustomer) {
  const auto map = map_of(map_text);
  std::vector<int> customers(3);
  for (int i = 0; i < 3000; ++i) ++customers[map.region_of("United Kingdom", std::to_string(i))];
  EXPECT_THAT(customers, testing::Each(testing::AllOf(testing::Gt(900), testing::Lt(1100))));
}

TEST(ReplayMap, WhatIsNoMapIsSaidWithItsLine) {
  std::string why;
  EXPECT_FALSE(RegionMap::parse("\"*\" = \"eu\"\n\"x\" = 5\n", why));
  EXPECT_EQ(why, "2: \"x\": not a region or a list of regions");
  EXPECT_FALSE(RegionMap::parse("\"x\" = \"eu\"\n", why));
  EXPECT_THAT(why, testing::HasSubstr("\"*\" is missing"));
  EXPECT_FALSE(RegionMap::parse("= 3", why));
}

TEST(ReplayPlan, AnOrderIsOneReservationForEachOfItsTimes) {
  const auto plan = plan_of(history_of(line("1", "10001", 2) + line("2", "10001", 1) + line("1", "10001", 3) +
                                       line("1", "10001", 4, "7", "Japan", "09:00:00")),
                            map_of(map_text), {});
  ASSERT_EQ(plan.tasks.size(), 3U);
  EXPECT_EQ(plan.tasks[0].id, "o-1");
  EXPECT_EQ(plan.tasks[0].lines.size(), 2U);
  EXPECT_EQ(plan.tasks[1].id, "o-2");
  EXPECT_EQ(plan.tasks[2].id, "o-1-2");
}

TEST(ReplayPlan, CancellationsWriteOffsAndWhatIsNoGoodsAreToldApart) {
  const auto plan = plan_of(history_of(line("C1", "10001", -2) + line("2", "10001", -5) +
                                       line("3", "POST", 1) + line("4", "DCGS7", 1)),
                            map_of(map_text), {});
  EXPECT_EQ(plan.not_goods, 1U);
  ASSERT_EQ(plan.tasks.size(), 3U);
  EXPECT_EQ(plan.tasks[0].kind, Task::Kind::take_back);
  EXPECT_EQ(plan.tasks[0].id, "r-C1-2");
  EXPECT_EQ(plan.tasks[0].lines[0].quantity, 2);
  EXPECT_EQ(plan.tasks[1].kind, Task::Kind::write_off);
  EXPECT_EQ(plan.tasks[2].kind, Task::Kind::sell);
}

TEST(ReplayPlan, WhateverAShopCallsItsGoodsTheyAreGoods) {
  std::string orders;
  for (const char* sku : {"CONSOLE-5", "sku-1", "A", "7", "POSTCARD", "Größe M", "DISCO BALL", "M"})
    orders += line(std::to_string(orders.size()), sku, 1);
  const auto plan = plan_of(history_of(orders), map_of(map_text), {});
  EXPECT_EQ(plan.tasks.size(), 7U);
  EXPECT_EQ(plan.not_goods, 1U);
}

TEST(ReplayPlan, ACustomerStaysInOneLaneOfOneRegion) {
  const auto plan =
      plan_of(history_of(line("1", "10001", 2, "7", "Japan") + line("2", "10002", 1, "7", "Spain")),
              map_of(map_text), {});
  EXPECT_EQ(plan.tasks[0].region, 2U);
  EXPECT_EQ(plan.tasks[1].region, 2U);
  EXPECT_EQ(plan.tasks[0].lane, plan.tasks[1].lane);
}

TEST(ReplayPlan, StockIsAShareOfTheDemandAndAtLeastOne) {
  const auto plan = plan_of(history_of(line("1", "10001", 9) + line("2", "10001", 2) + line("3", "10002", 1) +
                                       line("4", "10001", -4)),
                            map_of(map_text), {});
  EXPECT_THAT(plan.stock.at("10001"), testing::ElementsAre(3, 3, 2));  // 11 * 80 % = 8
  EXPECT_THAT(plan.stock.at("10002"), testing::ElementsAre(1, 0, 0));
}

TEST(ReplayPlan, SharesAreReadAndWhatIsLeftGoesToTheFirst) {
  const std::vector<std::string> regions{"eu", "us", "ap"};
  EXPECT_THAT(parse_split("ap=10,eu=60,us=30", regions).value(), testing::ElementsAre(60, 30, 10));
  EXPECT_THAT(parse_split("even", regions).value(), testing::IsEmpty());
  EXPECT_THAT(parse_split("eu=100,us=0,ap=0", regions).value(), testing::ElementsAre(100, 0, 0));
  EXPECT_FALSE(parse_split("eu=0,us=0,ap=0", regions)) << "of nothing there are no shares";
  EXPECT_FALSE(parse_split("eu=60", regions));
  EXPECT_FALSE(parse_split("eu=60,us=30,mars=10", regions));
  EXPECT_THAT(split_stock(19, {60, 30, 10}), testing::ElementsAre(12, 6, 1));
  EXPECT_EQ(parse_per_mille("82.5%"), 825);
  EXPECT_EQ(parse_per_mille("80%"), 800);
  for (const auto* bad : {"80", "%", "-1%", "80.55%", "x%"}) EXPECT_FALSE(parse_per_mille(bad)) << bad;
}

}  // namespace
}  // namespace holdfast::orders
