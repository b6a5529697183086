// The five answers, each where it is so; and every other one planted in its place.
#include <gmock/gmock.h>

#include "sim/check/audit.h"
#include "three_regions.h"

namespace holdfast::sim {
namespace {

constexpr std::array shortages{RefusalCode::sold_out, RefusalCode::not_enough,
                               RefusalCode::rights_unreachable, RefusalCode::all_reserved,
                               RefusalCode::insufficient_here};

// What the second region refuses, and what is found wrong in that.
struct JudgedTest : ThreeRegions {
  Told told{stage};

  // What is said there afterwards is known as well.
  Operation asked_for(Request request) {
    const std::size_t number = told.ask(*regions[1], std::move(request), nullptr);
    run(Millis(2'000));
    EXPECT_TRUE(told.all()[number].refused());
    return told.all()[number];
  }
  [[nodiscard]] std::vector<Violation> violations(const Operation& operation) const {
    const std::vector<Books> books = all_books();
    const std::vector<const Timeline*> timelines = all_timelines();
    Verdict verdict;
    const Patience patience{.local = {}, .clocks_run = true, .cut_off_after = CoreConfig{}.cut_off_after};
    audit_shortage({told, books, timelines, {}, patience, {}, &hearing, false}, operation, verdict);
    return verdict.violations();
  }
};

// Ten of tea came in at the first region; so that each is heard of, the others have something else.
struct ShortageTest : JudgedTest {
  ShortageTest() {
    run(Millis(500));
    EXPECT_TRUE(ask(0, delivery(10))->has_value());
    for (const std::size_t other : {1, 2})
      EXPECT_TRUE(
          ask(other, request::Adjust{"cup", "cups", Units(1), "delivery", "", Millis(0)})->has_value());
    run(Millis(2'000));
  }

  void expect_named(const Operation& operation, const std::string& what) const {
    const std::vector<Violation> found = violations(operation);
    ASSERT_FALSE(found.empty()) << name(operation.answer->error().code) << " passed for " << what;
    EXPECT_EQ(found[0].oracle, "O8");
    EXPECT_THAT(found[0].what, testing::HasSubstr(what));
  }
  // It is so, and none of the others is.
  void expect_only(RefusalCode so, const Operation& operation) const {
    EXPECT_EQ(operation.answer->error().code, so) << name(operation.answer->error().code);
    EXPECT_THAT(violations(operation), testing::IsEmpty());
    for (const RefusalCode other : shortages) {
      if (other == so) continue;
      Operation planted = operation;
      Refusal& refusal = planted.answer->error();
      refusal.code = other;
      refusal.retry_after.reset();
      if (other != RefusalCode::sold_out && other != RefusalCode::not_enough)
        refusal.retry_after = Millis(200);
      expect_named(planted, "so at no moment in between");
    }
  }
};

TEST_F(ShortageTest, UnitsElsewhereAreInsufficientHereAndNothingElse) {
  expect_only(RefusalCode::insufficient_here, asked_for(basket("cart", 4)));
}

TEST_F(ShortageTest, MoreThanThereIsIsNotEnoughAndNothingElse) {
  expect_only(RefusalCode::not_enough, asked_for(basket("cart", 11)));
}

TEST_F(ShortageTest, WhatIsInBasketsIsReservedAndNothingElse) {
  EXPECT_TRUE(ask(0, basket("all", 10))->has_value());
  run(Millis(3'000));
  expect_only(RefusalCode::all_reserved, asked_for(basket("cart", 4)));
}

TEST_F(ShortageTest, WhatWasSoldIsSoldOutAndNothingElse) {
  EXPECT_TRUE(ask(0, basket("all", 10))->has_value());
  EXPECT_TRUE(ask(0, request::Purchase{"all", "", {}})->has_value());
  run(Millis(3'000));
  expect_only(RefusalCode::sold_out, asked_for(basket("cart", 1)));
}

TEST_F(ShortageTest, WhatARegionHasThatIsCutOffIsUnreachableAndNothingElse) {
  paths.set_cut_both(0, 1, true);
  paths.set_cut_both(0, 2, true);
  run(Millis(5'000));
  expect_only(RefusalCode::rights_unreachable, asked_for(basket("cart", 4)));
}

// The fuzzer took it for a lie when it was told to whoever looks a SKU up, and to whoever has it recounted.
TEST_F(JudgedTest, OfASkuThatNobodyHeardOfYetThereIsNoList) {
  run(Millis(20));  // up, and linked with nobody yet
  for (const Request& request : std::vector<Request>{
           basket("a", 1), request::GetSku{"tea"}, request::Count{"tea", "shelf", no_units, "shelf", ""},
           request::Audit{"tea"}, request::GetRights{.sku = "tea", .after = ""}})
    told.ask(*regions[1], request, nullptr);
  run(Millis(2'000));
  ASSERT_EQ(told.all().size(), 5u);
  for (const Operation& operation : told.all()) {
    EXPECT_EQ(operation.answer->error().code, RefusalCode::rights_unreachable);
    EXPECT_THAT(violations(operation), testing::IsEmpty()) << said(operation);
  }
}

TEST_F(ShortageTest, OneWithoutItsListIsNamed) {
  Operation planted = asked_for(basket("cart", 4));
  planted.answer->error().shortage.clear();
  expect_named(planted, "does not say of what");
}

TEST_F(ShortageTest, AListThatNamesWhatIsNotShortIsNamed) {
  request::Reserve reserve = basket("cart", 4);
  reserve.lines.push_back({"cup", Units(1)});
  Operation planted = asked_for(reserve);
  EXPECT_THAT(violations(planted), testing::IsEmpty());
  std::vector<ShortLine>& list = planted.answer->error().shortage;
  list.push_back(list[0]);
  list.back().sku = "cup";
  list.back().requested = Units(2);
  expect_named(planted, "what it lists");
}

TEST_F(ShortageTest, AListThatLacksWhatIsShortIsNamed) {
  request::Reserve reserve = basket("cart", 4);
  reserve.lines.push_back({"cup", Units(3)});
  Operation planted = asked_for(reserve);
  ASSERT_EQ(planted.answer->error().shortage.size(), 2u);
  EXPECT_THAT(violations(planted), testing::IsEmpty());
  planted.answer->error().shortage.pop_back();
  expect_named(planted, "what it lists");
}

TEST_F(ShortageTest, OneThatDoesNotSayWhenToTryAgainIsNamed) {
  Operation planted = asked_for(basket("cart", 4));
  planted.answer->error().retry_after.reset();
  expect_named(planted, "when to try again");
}

TEST_F(ShortageTest, WhatIsSaidToBeElsewhereMustBeWhatWasHeard) {
  Operation planted = asked_for(basket("cart", 4));
  planted.answer->error().shortage[0].elsewhere_estimate = Units(9);
  expect_named(planted, "so at no moment in between");
}

}  // namespace
}  // namespace holdfast::sim
