// Claims: the same from wherever one looks, nothing lost, and the last units in as few places as they serve.
#include "core/claims.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "core/limits.h"

namespace holdfast::test {
namespace {

Claimant claimant(std::string_view region, std::int64_t available, std::int64_t demand) {
  return {region, Units(available), Rate(demand)};
}

std::vector<std::int64_t> claimed(const std::vector<Claimant>& of, std::int64_t portion = 1) {
  std::vector<std::int64_t> units;
  for (const Units claim : claims(of, Units(portion))) units.push_back(claim.count());
  return units;
}

TEST(Claims, follow_the_demand_wherever_the_units_lie) {
  EXPECT_THAT(claimed({claimant("a", 100, 3'000), claimant("b", 0, 1'000)}), testing::ElementsAre(75, 25));
}

TEST(Claims, are_whole_portions_and_the_odd_one_is_the_firsts) {
  EXPECT_THAT(claimed({claimant("a", 50, 1'000), claimant("b", 55, 1'000)}, 10),
              testing::ElementsAre(55, 50));
}

TEST(Claims, where_there_are_fewer_portions_than_regions_the_first_have_them) {
  const std::vector<Claimant> of{claimant("c", 9, 90), claimant("b", 9, 100), claimant("a", 9, 80)};
  EXPECT_THAT(claimed(of, 10), testing::ElementsAre(0, 10, 17));
  EXPECT_THAT(claimed(of, 100), testing::ElementsAre(0, 0, 27));
}

TEST(Claims, who_wants_less_than_half_of_the_most_comes_after_the_others) {
  EXPECT_THAT(claimed({claimant("a", 1, 50), claimant("b", 0, 100)}), testing::ElementsAre(1, 0));
  EXPECT_THAT(claimed({claimant("a", 1, 49), claimant("b", 0, 100)}), testing::ElementsAre(0, 1));
}

// What is left of rounding is shared out a portion at a time: it must not be a part of millions of millions.
TEST(Claims, are_exact_however_much_there_is) {
  const std::int64_t third = limits::field_units_max.count();
  EXPECT_THAT(claimed({claimant("a", 3 * third, 1), claimant("b", 0, 2)}),
              testing::ElementsAre(third, 2 * third));
}

TEST(Claims, nobody_has_any_where_nobody_wants_any) {
  EXPECT_THAT(claimed({claimant("a", 5, 0), claimant("b", 5, 0)}), testing::ElementsAre(0, 0));
}

TEST(Claims, are_all_that_there_is_and_do_not_depend_on_who_looks) {
  std::mt19937_64 random(7);
  const auto below = [&](std::int64_t most) {
    return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(most + 1));
  };
  const std::string_view names[] = {"a", "b", "c", "d", "e", "f", "g"};
  for (int world = 0; world < 2'000; ++world) {
    std::vector<Claimant> of;
    const std::int64_t most = below(1) == 0 ? 9 : limits::field_units_max.count();
    for (const std::string_view name : names)
      of.push_back(claimant(name, below(most), below(below(1) == 0 ? 3 : rate_max.per_million_s())));
    const Units portion(1 + below(most));
    const std::vector<Units> here = claims(of, portion);
    Units all, claimed;
    for (const Claimant& each : of) all += each.available;
    for (const Units claim : here) claimed += claim;
    const bool wanted = std::ranges::any_of(of, [](const Claimant& each) { return each.demand > no_demand; });
    EXPECT_EQ(claimed, wanted ? all : no_units);
    std::ranges::rotate(of, of.begin() + 3);
    std::vector<Units> there = claims(of, portion);
    std::ranges::rotate(there, there.end() - 3);
    EXPECT_EQ(there, here);
  }
}

}  // namespace
}  // namespace holdfast::test
