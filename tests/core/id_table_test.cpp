// The table of ids, against a map, through growth, collisions and gaps.
#include "core/id_table.h"

#include <gtest/gtest.h>

#include <map>

#include "base/random.h"

namespace holdfast {
namespace {

std::optional<ReservationSeq> in(const std::map<Digest, ReservationSeq>& map, const Digest& id) {
  const auto found = map.find(id);
  return found == map.end() ? std::nullopt : std::optional(found->second);
}

// Few places for many ids: those that want to stand in one, and around the end of the table.
TEST(IdTable, says_what_a_map_says) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Random random(seed);
    IdTable table;
    std::map<Digest, ReservationSeq> map;
    const auto any_id = [&] { return Digest{random.below(40), (random.below(4) - 1) << 61}; };
    for (int i = 0; i < 3'000; ++i) {
      const Digest id = any_id();
      const ReservationSeq seq(1 + random.below(50));
      if (random.one_in(2)) {
        table.put(id, seq);
        map[id] = std::max(map[id], seq);
      } else if (const auto known = in(map, id)) {
        const ReservationSeq gone = random.one_in(4) ? seq : *known;
        table.drop(id, gone);
        if (gone == *known) map.erase(id);
      }
      const Digest other = any_id();
      ASSERT_EQ(table.find(other), in(map, other));
    }
    for (const auto& [id, seq] : map) ASSERT_EQ(table.find(id), seq);
  }
}

TEST(IdTable, of_two_reservations_of_an_id_the_newer_counts_and_the_older_drops_nothing) {
  IdTable table;
  const Digest id{1, 2};
  table.put(id, ReservationSeq(7));
  table.put(id, ReservationSeq(5));
  EXPECT_EQ(table.find(id), ReservationSeq(7));
  table.drop(id, ReservationSeq(5));
  EXPECT_EQ(table.find(id), ReservationSeq(7));
  table.drop(id, ReservationSeq(7));
  EXPECT_EQ(table.find(id), std::nullopt);
}

TEST(IdTable, keeps_a_million_through_its_growth_to_large_pages) {
  IdTable table;
  const auto id = [](std::uint64_t number) { return Digest{number, number * 0x9e3779b97f4a7c15}; };
  constexpr std::uint64_t many = 1'000'000;
  for (std::uint64_t number = 1; number <= many; ++number) table.put(id(number), ReservationSeq(number));
  for (std::uint64_t number = 1; number <= many; number += 2) table.drop(id(number), ReservationSeq(number));
  for (std::uint64_t number = 1; number <= many; ++number)
    ASSERT_EQ(table.find(id(number)).has_value(), number % 2 == 0);
}

}  // namespace
}  // namespace holdfast
