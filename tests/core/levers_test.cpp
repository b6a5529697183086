// What operators decide about SKUs by patterns of their names.
#include "core/levers.h"

#include <gtest/gtest.h>

#include "support/shop.h"

namespace holdfast::test {
namespace {

TEST(Pattern, without_signs_is_the_name_itself) {
  EXPECT_TRUE(matches("mug", "mug"));
  EXPECT_FALSE(matches("mug", "mugs"));
  EXPECT_FALSE(matches("mugs", "mug"));
  EXPECT_FALSE(matches("", "mug"));
  EXPECT_FALSE(matches("mug", "Mug"));
}

TEST(Pattern, a_star_is_any_characters_also_none) {
  EXPECT_TRUE(matches("*", "mug"));
  EXPECT_TRUE(matches("mug*", "mug"));
  EXPECT_TRUE(matches("*-xl", "shirt-red-xl"));
  EXPECT_TRUE(matches("a*b*c", "a-b-b-c"));
  EXPECT_TRUE(matches("*aab", "aaab"));
  EXPECT_FALSE(matches("a*b", "ab-c"));
  EXPECT_FALSE(matches("*a*", "bcd"));
}

TEST(Pattern, a_question_mark_is_one_character_whatever_its_bytes) {
  EXPECT_TRUE(matches("m?g", "mug"));
  EXPECT_TRUE(matches("caf?", "caf\u00e9"));
  EXPECT_TRUE(matches("?*?", "\u00e9\u00e9"));
  EXPECT_FALSE(matches("caf??", "caf\u00e9"));
  EXPECT_FALSE(matches("m?g", "mg"));
}

TEST(Levers, the_first_pattern_that_matches_holds_and_else_what_is_said_for_all) {
  const Levers levers{{.floor = Units(1)}, {{"gift-*", {.floor = Units(2)}}, {"*-xl", {.floor = Units(3)}}}};
  LeverIndex index;
  for (int again = 0; again < 2; ++again) {
    EXPECT_EQ(index.of(levers, SkuId(7), "gift-xl").floor, Units(2));
    EXPECT_EQ(index.of(levers, SkuId(0), "shirt-xl").floor, Units(3));
    EXPECT_EQ(index.of(levers, SkuId(3), "mug").floor, Units(1));
  }
}

class LeverShop : public testing::Test {
 protected:
  static CoreConfig config() {
    CoreConfig config = config_of("eu", {"us"});
    config.levers.rules = {{"kept-*", {.floor = Units(8)}}, {"off-*", {.move = RightsMove::off}}};
    return config;
  }
  // What of ten units us gets that asks for all of them, because its shoppers wait.
  std::int64_t given(const std::string& sku) {
    shop.adjust(sku, 10);
    message::Ask ask{{"us", {1, 1}}, config_of("eu").own, sku,
                     no_units,       Units(10),           record::TransferKind::urgent};
    ask.hops_left = 1;
    shop.step(input::Received{LinkId(1), ask});
    return 10 - shop.rights(sku);
  }

  Shop shop{config()};
};

TEST_F(LeverShop, gives_no_more_than_its_levers_let_it) {
  shop.link("us");
  EXPECT_EQ(given("mug"), 10);
  EXPECT_EQ(given("kept-mug"), 2);
  EXPECT_EQ(given("off-mug"), 0);
}

}  // namespace
}  // namespace holdfast::test
