// The table of names, against a map, through growth, collisions and gaps; and what a name costs that comes.
#include "core/digest_table.h"

#include <gtest/gtest.h>

#include <map>

#include "base/random.h"

namespace holdfast {
namespace {

using Table = DigestTable<Digest, std::uint64_t>;

std::uint64_t in(const std::map<Digest, std::uint64_t>& map, const Digest& name) {
  const auto found = map.find(name);
  return found == map.end() ? 0 : found->second;
}

std::uint64_t in(const Table& table, const Digest& name) {
  const std::uint64_t* found = table.find(name);
  return found == nullptr ? 0 : *found;
}

Digest spread(std::uint64_t number) { return {number, number * 0x9e3779b97f4a7c15}; }

// Few places for many names: those that want to stand in one, and around the end of a page.
TEST(DigestTable, says_what_a_map_says) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Random random(seed);
    Table table;
    std::map<Digest, std::uint64_t> map;
    const auto any_name = [&] { return Digest{random.below(40), random.below(4) - 1}; };
    for (int i = 0; i < 3'000; ++i) {
      const Digest name = any_name();
      if (random.one_in(2)) {
        const std::uint64_t value = 1 + random.below(50);
        table.at(name) = value;
        map[name] = value;
      } else if (map.erase(name) > 0) {
        table.drop(name);
      }
      const Digest other = any_name();
      table.expect(other);
      ASSERT_EQ(in(table, other), in(map, other));
      ASSERT_EQ(table.size(), map.size());
    }
    for (const auto& [name, value] : map) ASSERT_EQ(in(table, name), value);
  }
}

TEST(DigestTable, keeps_a_million_through_its_growth_to_many_pages) {
  Table table;
  constexpr std::uint64_t many = 1'000'000;
  for (std::uint64_t number = 1; number <= many; ++number) table.at(spread(number)) = number;
  for (std::uint64_t number = 1; number <= many; number += 2) table.drop(spread(number));
  const Table copy = table;
  for (std::uint64_t number = 1; number <= many; ++number)
    ASSERT_EQ(in(copy, spread(number)), number % 2 == 0 ? number : 0);
  EXPECT_EQ(copy.size(), many / 2);
}

// Digests are random, but not everywhere to the same degree.
TEST(DigestTable, pages_that_fill_before_others_are_split_until_there_is_room) {
  Table table;
  constexpr std::uint64_t many = 100'000;
  const auto crowded = [](std::uint64_t number) { return Digest{number, spread(number).low >> 6}; };
  for (std::uint64_t number = 1; number <= many; ++number) table.at(crowded(number)) = number;
  for (std::uint64_t number = 1; number <= many; ++number) ASSERT_EQ(in(table, crowded(number)), number);
}

// It counts how often one of its kind is made or moved.
struct Counted {
  static inline std::size_t handled = 0;
  std::uint64_t value = 0;
  Counted() { ++handled; }
  Counted(const Counted& other) : value(other.value) { ++handled; }
  Counted& operator=(const Counted& other) {
    value = other.value;
    ++handled;
    return *this;
  }
  bool operator==(const Counted& other) const { return value == other.value; }
};

TEST(DigestTable, one_name_that_comes_moves_a_page_at_the_most_however_many_there_are) {
  DigestTable<Digest, Counted> table;
  std::size_t most = 0;
  for (std::uint64_t number = 1; number <= 2'000'000; ++number) {
    Counted::handled = 0;
    table.at(spread(number)).value = number;
    most = std::max(most, Counted::handled);
  }
  EXPECT_LE(most, 20'000u);  // a page of 2,048, its places made free and taken again, and what is looked at
}

TEST(DigestTable, pages_are_split_one_by_one_as_it_grows_and_not_all_at_a_time) {
  DigestTable<Digest, Counted> table;
  std::size_t most = 0, all = 0;
  constexpr std::uint64_t step = 25'000;
  for (std::uint64_t number = 1; number <= 1'000'000; ++number) {
    if (number % step == 1) Counted::handled = 0;
    table.at(spread(number)).value = number;
    if (number % step != 0 || number <= 500'000) continue;
    most = std::max(most, Counted::handled);
    all += Counted::handled;
  }
  EXPECT_LE(6 * most, all);  // of what is moved while it doubles, in a twentieth of that time
}

}  // namespace
}  // namespace holdfast
