// A text that stands in its value while it is short.
#include "core/short_text.h"

#include <gtest/gtest.h>

#include <utility>

namespace holdfast::test {
namespace {

const std::string longest_inline(ShortText::inline_bytes, 'x');
const std::string longer(ShortText::inline_bytes + 1, 'y');

TEST(ShortText, is_what_it_was_made_of_short_or_long) {
  for (const std::string& text : {std::string(), std::string("cart-1"), longest_inline, longer}) {
    const ShortText made = text;
    EXPECT_EQ(made, text);
    EXPECT_EQ(made.size(), text.size());
    EXPECT_EQ(made.empty(), text.empty());
    EXPECT_EQ(std::string(made), text);
    EXPECT_EQ("the id " + made, "the id " + text);
  }
}

TEST(ShortText, is_copied_moved_and_overwritten) {
  ShortText text = longer;
  const ShortText copy = text;
  ShortText moved = std::move(text);
  EXPECT_EQ(copy, moved);
  moved = "short";
  EXPECT_EQ(moved, "short");
  moved = std::string_view(longer);
  EXPECT_EQ(moved, longer);
  moved.clear();
  EXPECT_TRUE(moved.empty());
}

TEST(ShortText, is_ordered_as_texts_are) {
  EXPECT_LT(ShortText("a"), ShortText("b"));
  EXPECT_LT(ShortText("a"), "aa");
  EXPECT_NE(ShortText("a"), ShortText("A"));
}

}  // namespace
}  // namespace holdfast::test
