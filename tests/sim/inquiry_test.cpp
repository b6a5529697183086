#include "sim/swarm/inquiry.h"

#include "three_regions.h"

namespace holdfast::sim {
namespace {

// Ten of tea came in at the first region; so that each is heard of, the others have something else.
struct InquiryTest : ThreeRegions {
  InquiryTest() {
    run(Millis(500));
    EXPECT_TRUE(ask(0, delivery(10))->has_value());
    for (const std::size_t other : {1, 2})
      EXPECT_TRUE(
          ask(other, request::Adjust{"cup", "cups", Units(1), "delivery", "", Millis(0)})->has_value());
    run(Millis(1'000));
  }
  [[nodiscard]] Inquiry inquiry() {
    return Inquiry({told, verdict, regions, whole, [this](Micros time) { run(time); }});
  }
  void sell_all() {
    EXPECT_TRUE(ask(0, basket("all", 10))->has_value());
    EXPECT_TRUE(ask(0, request::Purchase{"all", "", {}})->has_value());
    run(Millis(1'000));
  }

  Told told{stage};
  Verdict verdict;
  std::set<std::size_t> whole{0, 1, 2};
};

TEST_F(InquiryTest, AllOfItInBasketsIsSaidToBeSoEverywhereAndGivenUpAgain) {
  inquiry().about_what_is_reserved("tea");
  EXPECT_TRUE(verdict.sound());
  EXPECT_GE(told.all().size(), 8u);
  Units available;
  for (const auto& region : regions) {
    const Stock& stock = region->state().stock();
    available += stock.available(*stock.find("tea"));
  }
  EXPECT_EQ(available, Units(10));
}

TEST_F(InquiryTest, WhatIsSoldIsSoldOutEverywhere) {
  sell_all();
  inquiry().about_what_is_sold_out({"tea"});
  EXPECT_TRUE(verdict.sound());
  EXPECT_EQ(told.all().size(), 3u);
}

TEST_F(InquiryTest, WhatARegionHasThatIsCutOffIsOutOfReach) {
  paths.set_cut_both(0, 1, true);
  paths.set_cut_both(0, 2, true);
  run(Millis(5'000));
  whole = {1, 2};
  inquiry().about_what_is_sold_out({"tea"});
  EXPECT_TRUE(verdict.sound());
}

TEST_F(InquiryTest, WhoeverStillSaysThatThereIsSomeIsNamed) {
  inquiry().about_what_is_sold_out({"tea"});
  ASSERT_FALSE(verdict.sound());
  EXPECT_EQ(verdict.violations()[0].oracle, "O8");
  EXPECT_NE(verdict.violations()[0].what.find("instead of sold_out"), std::string::npos)
      << verdict.violations()[0].what;
}

}  // namespace
}  // namespace holdfast::sim
