// An array of large pages: what stands in it stays, while it grows from one element to several chunks.
#include "base/chunks.h"

#include <gtest/gtest.h>

#include <string>

namespace holdfast {
namespace {

TEST(Chunks, keep_what_stands_in_them_while_they_grow) {
  Chunks<std::string> texts;
  constexpr std::size_t many = 2 * Chunks<std::string>::per_chunk + 10;
  for (std::size_t i = 0; i < many; ++i) texts.emplace_back() = std::to_string(i);
  const Chunks<std::string> copy = texts;
  ASSERT_EQ(copy.size(), many);
  for (std::size_t i = 0; i < many; ++i) ASSERT_EQ(copy[i], std::to_string(i));
}

TEST(Chunks, grow_over_several_at_once_and_never_shrink) {
  Chunks<std::uint64_t> numbers;
  constexpr std::size_t many = 3 * Chunks<std::uint64_t>::per_chunk + 1;
  numbers.grow(5);
  numbers[4] = 7;
  numbers.grow(many);
  numbers.grow(2);
  EXPECT_EQ(numbers.size(), many);
  EXPECT_EQ(numbers[4], 7u);
  EXPECT_EQ(numbers[many - 1], 0u);
}

// From the second chunk on nothing moves: no growth takes long.
TEST(Chunks, move_nothing_beyond_the_first) {
  Chunks<std::uint64_t> numbers;
  numbers.grow(Chunks<std::uint64_t>::per_chunk + 1);
  const std::uint64_t* const first = &numbers[0];
  const std::uint64_t* const second = &numbers[Chunks<std::uint64_t>::per_chunk];
  numbers.grow(4 * Chunks<std::uint64_t>::per_chunk);
  EXPECT_EQ(&numbers[0], first);
  EXPECT_EQ(&numbers[Chunks<std::uint64_t>::per_chunk], second);
}

}  // namespace
}  // namespace holdfast
