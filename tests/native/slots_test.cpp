#include "native/slots.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace holdfast::native {
namespace {

TEST(Slots, a_value_is_found_under_its_number_until_it_is_taken) {
  Slots<std::unique_ptr<int>> slots;
  const auto one = slots.add(std::make_unique<int>(1));
  const auto two = slots.add(std::make_unique<int>(2));
  EXPECT_EQ(**slots.find(one), 1);
  EXPECT_EQ(*slots.at(two), 2);
  EXPECT_EQ(*slots.take(one), 1);
  EXPECT_EQ(slots.find(one), nullptr);
  EXPECT_EQ(slots.size(), 1u);
}

TEST(Slots, the_number_of_one_that_is_gone_finds_nothing_where_another_stands_now) {
  Slots<int> slots;
  const auto before = slots.add(1);
  (void)slots.take(before);
  const auto after = slots.add(2);
  EXPECT_NE(after, before);
  EXPECT_EQ(slots.find(before), nullptr);
  EXPECT_EQ(slots.at(after), 2);
}

TEST(Slots, a_number_that_was_never_given_finds_nothing) {
  Slots<int> slots;
  EXPECT_EQ(slots.find(0), nullptr);
  (void)slots.add(1);
  EXPECT_EQ(slots.find(1), nullptr);
}

TEST(Slots, all_that_are_there_are_visited_under_their_numbers) {
  Slots<int> slots;
  std::vector<Slots<int>::Number> numbers;
  for (int i = 0; i < 5; ++i) numbers.push_back(slots.add(i));
  (void)slots.take(numbers[2]);
  std::vector<int> seen;
  slots.for_each([&](Slots<int>::Number number, int value) {
    EXPECT_EQ(number, numbers[static_cast<std::size_t>(value)]);
    seen.push_back(value);
  });
  EXPECT_EQ(seen, (std::vector{0, 1, 3, 4}));
}

TEST(Slots, to_take_one_that_is_not_there_ends_the_process) {
  Slots<int> slots;
  EXPECT_DEATH((void)slots.take(7), "find");
}

}  // namespace
}  // namespace holdfast::native
