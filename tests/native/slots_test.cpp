#include "native/slots.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace holdfast::native {
namespace {

using Number = Slots<int>::Number;

Number add(Slots<int>& slots, int value) {
  const Number number = slots.add();
  slots.at(number) = value;
  return number;
}

TEST(Slots, a_value_is_found_under_its_number_until_it_is_dropped) {
  Slots<int> slots;
  const Number one = add(slots, 1);
  const Number two = add(slots, 2);
  EXPECT_EQ(slots.at(one), 1);
  EXPECT_EQ(slots.at(two), 2);
  slots.drop(one);
  EXPECT_EQ(slots.find(one), nullptr);
  EXPECT_EQ(slots.size(), 1u);
}

TEST(Slots, a_value_is_new_and_ends_when_it_is_dropped) {
  Slots<std::shared_ptr<int>> slots;
  const auto value = std::make_shared<int>(1);
  const auto before = slots.add();
  slots.at(before) = value;
  slots.drop(before);
  EXPECT_EQ(value.use_count(), 1);
  EXPECT_EQ(slots.at(slots.add()), nullptr);
}

TEST(Slots, the_number_of_one_that_is_gone_finds_nothing_where_another_stands_now) {
  Slots<int> slots;
  const Number before = add(slots, 1);
  slots.drop(before);
  const Number after = add(slots, 2);
  EXPECT_NE(after, before);
  EXPECT_EQ(slots.find(before), nullptr);
  EXPECT_EQ(slots.at(after), 2);
}

TEST(Slots, a_number_that_was_never_given_finds_nothing) {
  Slots<int> slots;
  EXPECT_EQ(slots.find(0), nullptr);
  (void)add(slots, 1);
  EXPECT_EQ(slots.find(1), nullptr);
}

TEST(Slots, all_that_are_there_are_visited_under_their_numbers) {
  Slots<int> slots;
  std::vector<Number> numbers;
  for (int i = 0; i < 5; ++i) numbers.push_back(add(slots, i));
  slots.drop(numbers[2]);
  std::vector<int> seen;
  slots.for_each([&](Number number, int value) {
    EXPECT_EQ(number, numbers[static_cast<std::size_t>(value)]);
    seen.push_back(value);
  });
  EXPECT_EQ(seen, (std::vector{0, 1, 3, 4}));
}

TEST(Slots, to_drop_one_that_is_not_there_ends_the_process) {
  Slots<int> slots;
  EXPECT_DEATH(slots.drop(7), "find");
}

}  // namespace
}  // namespace holdfast::native
