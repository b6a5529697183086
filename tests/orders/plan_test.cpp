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
       {"1970-01-02", "2010-02-30T00:00:00Z", "2010-12-01T24:00:00Z", "2010-12-01T08:26:00Zx",
        " 2010-12-01T08:26:00Z", "2010-1-1T8:6:0Z", "-001-01-01T00:00:00Z", "2010-12-01T08:26:+1Z"})
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

std::string why_bad(const std::string& line) {
  const auto history = history_of(line);
  EXPECT_EQ(history.bad.size(), 1U) << line;
  return history.bad.empty() ? "" : history.bad[0].why;
}

TEST(ReplayOrders, TextsAreHeldToTheRulesOfTheApi) {
  const auto repeated = [](std::string_view text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i) all += text;
    return all;
  };
  EXPECT_EQ(history_of(line("1", repeated("Я", 64), 1) + line("2", repeated("杯", 64), 1) +
                       line("3", "a", 1, repeated("Я", 128)))
                .lines.size(),
            3U);
  EXPECT_EQ(why_bad(line("1", repeated("x", 65), 1)), "sku: is not 1 to 64 characters");
  EXPECT_EQ(why_bad(line("1", repeated("Я", 65), 1)), "sku: is not 1 to 64 characters");
  EXPECT_EQ(why_bad(line("1", "", 1)), "sku: is not 1 to 64 characters");
  EXPECT_EQ(why_bad(line("1", "caf\xe9", 1)), "sku: is not UTF-8");
  EXPECT_EQ(why_bad(line("1", "a\tb", 1)), "sku: holds control characters");
  EXPECT_EQ(why_bad(line("1", "a ", 1)), "sku: begins or ends with a space");
  EXPECT_EQ(why_bad(line("1", "a", 1, repeated("Я", 129))), "customer: is not at most 128 characters");
  EXPECT_EQ(why_bad(line("1", "a", 1, "\xff")), "customer: is not UTF-8");
  EXPECT_EQ(why_bad(line("", "a", 1)), "order: is not 1 to 122 characters");
}

TEST(ReplayOrders, AFieldInQuotesMayHoldLineBreaks) {
  const std::string broken = "2010-12-01T08:26:00Z,1,10001,2,7,Japan,\"a cup,\r\nblue\"\n";
  const auto history = history_of(broken + line("2", "10001", 1));
  EXPECT_EQ(history.bad.size(), 0U);
  ASSERT_EQ(history.lines.size(), 2U);
  EXPECT_EQ(history.lines[0].number, 2U);
  EXPECT_EQ(history.lines[1].number, 4U);
}

TEST(ReplayOrders, AQuoteThatIsNotClosedCostsItsLineAlone) {
  const auto history = history_of("2010-12-01T08:26:00Z,1,10001,2,7,Japan,\"a cup\n" + line("2", "10001", 1) +
                                  line("3", "\"a\"", 1));
  EXPECT_EQ(history.lines.size(), 2U);
  ASSERT_EQ(history.bad.size(), 1U);
  EXPECT_EQ(history.bad[0].number, 2U);
  EXPECT_EQ(history.bad[0].why, "a quote is not closed");
}

TEST(ReplayOrders, EmptyLinesAreNone) {
  const auto history = history_of(line("1", "10001", 2) + "\n\r\n" + line("2", "10001", 1) + "\n\n");
  EXPECT_EQ(history.bad.size(), 0U);
  ASSERT_EQ(history.lines.size(), 2U);
  EXPECT_EQ(history.lines[1].number, 5U);
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

std::vector<std::string> ids_of(const Plan& plan) {
  std::vector<std::string> ids;
  for (const auto& task : plan.tasks) ids.push_back(task.id);
  return ids;
}

TEST(ReplayPlan, NoTwoOrdersHaveOneId) {
  const auto twice = line("100", "10001", 1) + line("100", "10001", 1, "7", "Japan", "09:00:00");
  const auto early = line("100-2", "10001", 1, "8", "Japan", "08:00:00");
  const auto late = line("100-2", "10001", 1, "8", "Japan", "10:00:00");
  EXPECT_THAT(ids_of(plan_of(history_of(early + twice), map_of(map_text), {})),
              testing::ElementsAre("o-100-2", "o-100", "o-100-3"));
  EXPECT_THAT(ids_of(plan_of(history_of(twice + late), map_of(map_text), {})),
              testing::ElementsAre("o-100", "o-100-3", "o-100-2"));
}

TEST(ReplayPlan, AnOrderWhoseNumberIsNoIdHasOneMadeOfIt) {
  const auto at = [](const std::string& order, const std::string& time, int quantity = 1) {
    return line(order, "10001", quantity, "7", "Japan", time);
  };
  const auto plan = plan_of(
      history_of(at("#1001", "08:00:00") + at("INV/2024/001", "08:01:00") + at("INV.2024.001", "08:02:00") +
                 at("1001", "08:03:00") + at("заказ", "08:04:00") + at(std::string(100, 'x'), "08:05:00") +
                 at("C#7", "08:06:00", -1) + at("#8", "08:07:00", -1)),
      map_of(map_text), {});
  EXPECT_THAT(ids_of(plan), testing::ElementsAre("o-1001-2", "o-INV-2024-001", "o-INV-2024-001-2", "o-1001",
                                                 "o-order", "o-" + std::string(56, 'x'), "r-C-7-8", "w-8-9"));
  EXPECT_EQ(plan.tasks[0].order, "#1001");
}

TEST(ReplayPlan, WhatOneReservationCannotHoldIsAnotherOne) {
  const auto plan = plan_of(
      history_of(line("1", "A", 1'000'000'000) + line("1", "A", 1) + line("1", "B", 2) + line("1", "A", 3)),
      map_of(map_text), {});
  EXPECT_THAT(ids_of(plan), testing::ElementsAre("o-1", "o-1-2"));
  EXPECT_EQ(plan.tasks[1].lines.size(), 3U);
  std::string long_order;
  for (int i = 0; i < 1001; ++i) long_order += line("2", "s" + std::to_string(i), 1) + line("2", "s0", 1);
  const auto longer = plan_of(history_of(long_order), map_of(map_text), {});
  ASSERT_EQ(longer.tasks.size(), 2U);
  EXPECT_EQ(longer.tasks[0].lines.size(), 2000U) << "1000 products, and one of them 1000 times more";
}

TEST(ReplayPlan, TasksStandInTheOrderOfTheirTimes) {
  const auto sale = line("1", "10001", 4), back = line("C2", "10001", -4, "7", "Japan", "09:00:00"),
             again = line("1", "10001", 2, "7", "Spain", "10:00:00");
  const auto plan = plan_of(history_of(again + back + sale), map_of(map_text), {});
  EXPECT_THAT(ids_of(plan), testing::ElementsAre("o-1", "r-C2-3", "o-1-2"));
  EXPECT_EQ(plan.tasks[2].region, 2U) << "the country that they appear with first in time";
  const auto forward = plan_of(history_of(sale + back + again), map_of(map_text), {});
  EXPECT_EQ(ids_of(forward), ids_of(plan));
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
  EXPECT_FALSE(parse_split("eu=9223372036854775807,us=9223372036854775807,ap=2", regions));
  EXPECT_FALSE(parse_split("eu=1,us=1,ap=1000001", regions));
  EXPECT_THAT(split_stock(9'000'000'000'000'000'000, {1'000'000, 1'000'000}),
              testing::ElementsAre(4'500'000'000'000'000'000, 4'500'000'000'000'000'000));
  EXPECT_FALSE(parse_split("eu=60", regions));
  EXPECT_FALSE(parse_split("eu=60,us=30,mars=10", regions));
  EXPECT_THAT(split_stock(19, {60, 30, 10}), testing::ElementsAre(12, 6, 1));
  EXPECT_EQ(parse_per_mille("82.5%"), 825);
  EXPECT_EQ(parse_per_mille("80%"), 800);
  for (const auto* bad : {"80", "%", "-1%", "80.55%", "x%"}) EXPECT_FALSE(parse_per_mille(bad)) << bad;
}

}  // namespace
}  // namespace holdfast::orders
