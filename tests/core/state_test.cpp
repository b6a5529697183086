// The durable state, driven by records: stock in version order, reservations, memories, slices.
#include "core/state.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "base/random.h"
#include "core/invariants.h"
#include "core/limits.h"
#include "core/state_hash.h"
#include "support/effort.h"
#include "support/shop.h"

namespace holdfast::test {
namespace {

using namespace std::chrono_literals;

State fresh() { return State(config_of("eu").own, 7); }

// Stock against a model that keeps rows in maps and sorts.

TEST(Stock, links_rows_in_version_order_whatever_the_order_in_which_they_come) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    Random random(seed);
    Stock stock(7);
    std::map<std::uint16_t, std::map<std::uint32_t, Row>> model;
    std::map<std::uint16_t, std::uint64_t> newest;
    for (std::uint16_t replica = 0; replica < 3; ++replica)
      stock.add_replica(ReplicaIx(replica), ReplicaId{"r", {replica, 1}});
    for (std::uint32_t sku = 0; sku < 12; ++sku) stock.add_sku(SkuId(sku), "s" + std::to_string(sku));
    for (int i = 0; i < 100; ++i) {
      const auto replica = static_cast<std::uint16_t>(random.below(3));
      const auto sku = static_cast<std::uint32_t>(random.below(12));
      Row row = model[replica][sku];
      // A version above that of this row, and not yet that of another: relayed rows come in any order.
      std::uint64_t version = row.version.value() + 1 + random.below(20);
      const auto taken = [&] {
        return std::ranges::any_of(
            model[replica], [&](const auto& known) { return known.second.version.value() == version; });
      };
      while (taken()) ++version;
      row.version = Version(version);
      row.received += Units(static_cast<std::int64_t>(random.below(5)));
      row.reserved = Units(static_cast<std::int64_t>(random.below(5)));
      if (random.one_in(3)) add_sent(row, ReplicaIx(static_cast<std::uint16_t>((replica + 1) % 3)), Units(1));
      model[replica][sku] = row;
      stock.put(ReplicaIx(replica), SkuId(sku), row);
    }
    for (std::uint16_t ix = 0; ix < 3; ++ix) {
      const ReplicaIx replica(ix);
      std::map<std::uint64_t, std::uint32_t> by_version;
      Units reserved;
      Units rights;
      for (const auto& [sku, row] : model[ix]) {
        if (row.exists()) by_version[row.version.value()] = sku;
        reserved += row.reserved;
      }
      for (std::uint32_t sku = 0; sku < 12; ++sku) {
        const Row& mine = model[ix][sku];
        Units expected = mine.received - mine.purchased - mine.written_off;
        for (std::uint16_t other = 0; other < 3; ++other)
          for (const Sent& sent : model[other][sku].sent) {
            if (sent.to == replica) expected += sent.total;
            if (other == ix) expected -= sent.total;
          }
        EXPECT_EQ(stock.rights(replica, SkuId(sku)), expected);
        if (replica == self) {
          EXPECT_EQ(stock.rights(SkuId(sku)), expected) << "as it is kept";
        }
        rights += expected;
      }
      std::vector<std::uint32_t> up;
      for (auto sku = stock.oldest(replica); sku; sku = stock.newer(replica, *sku))
        up.push_back(sku->value());
      std::vector<std::uint32_t> down;
      for (auto sku = stock.newest(replica); sku; sku = stock.older(replica, *sku))
        down.push_back(sku->value());
      std::ranges::reverse(down);
      std::vector<std::uint32_t> expected;
      for (const auto& [version, sku] : by_version) expected.push_back(sku);
      ASSERT_EQ(up, expected) << "seed " << seed;
      ASSERT_EQ(down, expected) << "seed " << seed;
      EXPECT_EQ(stock.rows_total(replica), expected.size());
      EXPECT_EQ(stock.rights_total(replica).within(limits::told_sum_max), rights);
      if (replica != self) {
        EXPECT_EQ(stock.reserved_total(replica).within(limits::told_sum_max), reserved);
      }
    }
  }
}

// Two regions that learned of the same rows in another order, and number SKUs and replicas in another way.
TEST(Stock, keeps_figures_as_a_walk_finds_them_and_equal_where_the_rows_are_equal) {
  const ReplicaId ids[] = {{"eu", {1, 1}}, {"us", {2, 2}}, {"ap", {3, 3}}};
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    Random random(seed);
    Stock one(7);
    Stock other(8);
    const auto ix_there = [](std::uint64_t replica) { return static_cast<std::uint16_t>(2 - replica); };
    for (std::uint16_t i = 0; i < 3; ++i) one.add_replica(ReplicaIx(i), ids[i]);
    for (std::uint16_t i = 0; i < 3; ++i) other.add_replica(ReplicaIx(i), ids[2 - i]);
    const auto name = [](std::uint64_t sku) { return "sku" + std::to_string(sku); };
    for (std::uint32_t sku = 0; sku < 5; ++sku) one.add_sku(SkuId(sku), name(sku));
    for (std::uint32_t sku = 0; sku < 5; ++sku) other.add_sku(SkuId(sku), name(4 - sku));
    std::set<std::uint64_t> hashes;
    for (std::uint64_t version = 1; version <= 60; ++version) {
      const auto replica = static_cast<std::uint16_t>(random.below(3));
      const SkuId sku(static_cast<std::uint32_t>(random.below(5)));
      Row row = one.row(ReplicaIx(replica), sku);
      row.version = Version(version);
      row.received += Units(static_cast<std::int64_t>(random.below(3)));
      row.purchased += Units(static_cast<std::int64_t>(random.below(4)));  // sometimes more than there was
      row.reserved = Units(static_cast<std::int64_t>(random.below(3)));
      if (random.one_in(3)) add_sent(row, ReplicaIx(static_cast<std::uint16_t>((replica + 1) % 3)), Units(1));
      one.put(ReplicaIx(replica), sku, row);
      ASSERT_EQ(one.state_hash(), state_hash(one)) << "seed " << seed;
      hashes.insert(one.state_hash());
    }
    EXPECT_NE(one.state_hash(), other.state_hash());
    for (std::uint32_t sku = 0; sku < 5; ++sku)
      for (std::uint16_t replica = 0; replica < 3; ++replica) {
        Row row = one.row(ReplicaIx(replica), SkuId(sku));
        if (!row.exists()) continue;
        for (Sent& sent : row.sent) sent.to = ReplicaIx(ix_there(sent.to.value()));
        std::ranges::sort(row.sent, {}, &Sent::to);
        row.reserved = no_units;  // a gauge
        other.put(ReplicaIx(ix_there(replica)), SkuId(4 - sku), row);
      }
    EXPECT_EQ(one.state_hash(), other.state_hash()) << "seed " << seed;
    EXPECT_EQ(one.oversold(), other.oversold());
    EXPECT_GT(hashes.size(), 40u);  // but for rows whose gauges alone moved, each its own
  }
}

TEST(Stock, lists_skus_in_byte_order_also_those_that_came_later) {
  Stock stock(7);
  stock.add_sku(SkuId(0), "b");
  stock.add_sku(SkuId(1), "a");
  EXPECT_THAT(stock.in_byte_order(), testing::ElementsAre(SkuId(1), SkuId(0)));
  stock.add_sku(SkuId(2), "Z");
  stock.add_sku(SkuId(3), "aa");
  EXPECT_THAT(stock.in_byte_order(), testing::ElementsAre(SkuId(2), SkuId(1), SkuId(3), SkuId(0)));
}

// Each of them took as long as to go through the whole catalogue: a second in all.
TEST(Stock, lists_skus_in_byte_order_at_once_where_few_came_later) {
  Stock stock(7);
  std::vector<std::string> names;
  const auto add = [&](std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      names.push_back(std::to_string((names.size() + 1) * 0x9e3779b97f4a7c15));
      stock.add_sku(stock.next_id(), names.back());
    }
  };
  add(200'000);
  (void)stock.in_byte_order();
  const auto began = std::chrono::steady_clock::now();
  for (int round = 0; round < 100; ++round) {
    add(1 + round % 3);
    (void)stock.in_byte_order();
  }
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::milliseconds(sanitized ? 2'000 : 400));
  std::ranges::sort(names);
  std::vector<std::string> listed;
  for (const SkuId sku : stock.in_byte_order()) listed.emplace_back(stock.name(sku));
  EXPECT_EQ(listed, names);
}

TEST(Stock, tells_skus_apart_whose_names_have_one_hash) {
  Stock stock(7);
  const std::string one = "p0000698", other = "\x64\xcd\x32\x2f\xb1\x1f\xe8";
  ASSERT_EQ(stock.hash(one), stock.hash(other));
  EXPECT_EQ(stock.find(one), std::nullopt);
  stock.add_sku(SkuId(0), one);
  EXPECT_EQ(stock.find(one), SkuId(0));
  EXPECT_EQ(stock.find(other), std::nullopt);
  stock.add_sku(SkuId(1), other);
  EXPECT_EQ(stock.find(one), SkuId(0));
  EXPECT_EQ(stock.find(other), SkuId(1));
}

Reservation pending(const std::string& id, std::uint64_t seq, std::int64_t expires) {
  Reservation reservation;
  reservation.id = id;
  reservation.seq = ReservationSeq(seq);
  reservation.expires = node_time(expires);
  return reservation;
}

TEST(Reservations, stand_by_deadline_and_of_equals_the_oldest_first) {
  Reservations reservations(7);
  reservations.put(pending("late", 1, 200));
  reservations.put(pending("b", 3, 100));
  reservations.put(pending("a", 2, 100));
  EXPECT_EQ(reservations.find(reservations.first_to_expire()->seq)->id, "a");
  Reservation extended = *reservations.find("a");
  extended.expires = node_time(300);
  reservations.put(extended);
  EXPECT_EQ(reservations.find(reservations.first_to_expire()->seq)->id, "b");
  Reservation ended = *reservations.find("b");
  ended.state = ReservationState::released;
  reservations.put(ended);
  EXPECT_EQ(reservations.find(reservations.first_to_expire()->seq)->id, "late");
  EXPECT_EQ(reservations.find("b"), std::nullopt);
  EXPECT_EQ(reservations.size(), 2u);
}

// A day later an id may be used again. Replay over a slice that has the later reservation already sees the
// earlier one come and go.
TEST(Reservations, an_earlier_life_of_an_id_that_is_replayed_does_not_hide_the_later_one) {
  Reservations reservations(7);
  ReservationSlice slice;
  slice.pending.push_back(pending("r", 600, 900));
  reservations.restore(slice);
  Reservation earlier = pending("r", 3, 100);
  reservations.put(earlier);
  earlier.state = ReservationState::expired;
  reservations.put(earlier);
  ASSERT_TRUE(reservations.find("r"));
  EXPECT_EQ(reservations.find("r")->seq, ReservationSeq(600));
}

TEST(State, comes_to_the_same_whether_the_name_of_what_a_record_reserves_was_known_or_not) {
  Record record;
  record.new_skus.push_back({SkuId(0), "cup"});
  record::ReservationChanged reserved;
  reserved.after = pending("r", 1, 100);
  record.body = reserved;
  const Digest name = name_of_reservation("r", 7);
  State told = fresh();
  State untold = fresh();
  told.apply(record, &name);
  untold.apply(record);
  EXPECT_EQ(told.reservations().find("r"), reserved.after);
  EXPECT_EQ(untold.reservations().find("r", name), reserved.after);
  told.reservations().check_ids();
}

// All that one can say, and not only the one plain line of most.
Reservation wordy(const std::string& id, std::uint64_t seq) {
  Reservation reservation = pending(id, seq, 500);
  reservation.customer = "ada";
  reservation.order = "o-1";
  reservation.fingerprint = {1, 2};
  reservation.created_at = wall_time(-5);
  reservation.lines = {{SkuId(3), Units(4), no_units}, {SkuId(1), Units(1), no_units}};
  reservation.asked_to_replace = true;
  reservation.replaced = "r-0";
  reservation.shortage = {{"sku", Units(9), Units(4), Units(1), Units(2), wall_time(7)}};
  return reservation;
}

TEST(Reservations, are_handed_out_as_they_were_put_in_whatever_they_say) {
  Reservations reservations(7);
  Reservation plain = pending("plain", 2, 500);
  plain.lines = {{SkuId(3), Units(4), no_units}};
  for (const Reservation& one : {pending("bare", 1, 500), plain, wordy("wordy", 513)}) {
    reservations.put(one);
    EXPECT_EQ(reservations.find(one.id), one);
    EXPECT_EQ(reservations.find(one.seq), one);
  }
  EXPECT_EQ(reservations.slice(0)->size(), 2u);
  EXPECT_EQ(reservations.slice(1)->all().front(), wordy("wordy", 513));
  EXPECT_EQ(reservations.first_after(ReservationSeq(2))->id, "wordy");
  EXPECT_EQ(reservations.first_after(ReservationSeq(513)), std::nullopt);
}

// Held against a plain map, over histories in which most end, some are extended, and some live long.
TEST(Reservations, come_and_go_as_in_a_table_that_is_never_packed) {
  Random random(5);
  Reservations reservations(7);
  std::map<std::uint64_t, Reservation> kept;
  for (std::uint64_t seq = 1; seq <= 6000; ++seq) {
    Reservation fresh = pending("r" + std::to_string(seq), seq, 0);
    if (random.below(4) == 0) fresh = wordy(fresh.id, seq);
    fresh.expires = node_time(static_cast<std::int64_t>(seq + random.below(1000)));
    reservations.put(fresh);
    kept[seq] = fresh;
    for (std::uint64_t ends = random.below(3); ends > 0 && kept.size() > 40; --ends) {
      auto old = std::next(kept.begin(), static_cast<std::ptrdiff_t>(random.below(kept.size() / 2)));
      old->second.expires += Millis(static_cast<std::int64_t>(random.below(300)));
      if (random.below(8) > 0) old->second.state = ReservationState::released;
      reservations.put(old->second);
      if (old->second.state != ReservationState::pending) kept.erase(old);
    }
    const auto earlier = [](const auto& a, const auto& b) {
      return std::pair(a.second.expires, a.first) < std::pair(b.second.expires, b.first);
    };
    const auto first = std::ranges::min_element(kept, earlier);
    ASSERT_EQ(*reservations.first_to_expire(), Deadline(first->second.expires, first->second.seq));
  }
  ASSERT_EQ(reservations.size(), kept.size());
  for (const auto& [seq, one] : kept) ASSERT_EQ(reservations.find(one.id), one);
}

class MemoriesTest : public testing::Test {
 protected:
  void remember(std::uint64_t count, NodeTime at) {
    for (; count > 0; --count) {
      memories.put({memories.next_number(), name(memories.next_number())},
                   Position(memories.next_number() + 1), at, no_reservation);
      for (const std::uint64_t slice : memories.forget(at)) forgotten.push_back(slice);
    }
  }
  [[nodiscard]] static Digest name(std::uint64_t number) {
    return name_of_reservation("r" + std::to_string(number), 7);
  }
  Memories memories;
  std::vector<std::uint64_t> forgotten;
};

TEST_F(MemoriesTest, are_found_by_name_with_the_newest_position) {
  remember(3, node_time(0));
  EXPECT_EQ(memories.find(name(1)), Position(2));
  memories.put({3, name(1)}, Position(9), node_time(0), ReservationSeq(4));
  EXPECT_EQ(memories.made_from(), ReservationSeq(4));
  EXPECT_EQ(memories.oldest(), Position(1));
  EXPECT_EQ(memories.find(name(1)), Position(9));
  EXPECT_EQ(memories.find(name(7)), std::nullopt);
}

TEST_F(MemoriesTest, are_kept_for_a_day_and_then_forgotten_one_by_one) {
  remember(2, node_time(0));
  remember(1, node_time(5));
  remember(1, node_time(1) + limits::ids_kept);
  EXPECT_EQ(memories.find(name(1)), std::nullopt);
  EXPECT_EQ(memories.find(name(2)), Position(3));
  EXPECT_EQ(memories.oldest(), Position(3));
  remember(1, node_time(100) + limits::ids_kept + limits::ids_kept);
  EXPECT_EQ(memories.oldest(), Position(5));
}

TEST_F(MemoriesTest, say_which_slices_changed_when_they_were_forgotten) {
  remember(memories_per_slice, node_time(0));
  remember(1, node_time(0) + limits::ids_kept);
  EXPECT_TRUE(forgotten.empty());
  remember(1, node_time(1) + limits::ids_kept);
  EXPECT_THAT(forgotten, testing::ElementsAre(0));
  EXPECT_EQ(memories.find(name(0)), std::nullopt);
  EXPECT_NE(memories.find(name(memories_per_slice)), std::nullopt);
  EXPECT_EQ(memories.kept(node_time(1) + limits::ids_kept), limits::ids_kept);
  EXPECT_TRUE(memories.slice(0).memories.empty());
}

TEST_F(MemoriesTest, a_name_remembered_again_outlives_its_first_memory) {
  remember(memories_per_slice, node_time(0));
  memories.put({memories.next_number(), name(5)}, Position(1'000'000), node_time(0) + limits::ids_kept,
               no_reservation);
  remember(1, node_time(1) + limits::ids_kept);
  EXPECT_EQ(memories.find(name(5)), Position(1'000'000));
  EXPECT_EQ(memories.find(name(6)), std::nullopt);
}

TEST_F(MemoriesTest, come_back_from_their_slices_in_any_order) {
  remember(memories_per_slice + 5, node_time(0));
  memories.put({memories.next_number(), name(5)}, Position(1'000'000), node_time(0), no_reservation);
  Memories restored;
  restored.restore(memories.slice(1));
  restored.restore(memories.slice(0));
  EXPECT_EQ(restored.slice(0), memories.slice(0));
  EXPECT_EQ(restored.slice(1), memories.slice(1));
  EXPECT_EQ(restored.find(name(5)), Position(1'000'000));
  EXPECT_EQ(restored.next_number(), memories.next_number());
}

TEST(State, forgets_with_the_record_that_makes_room_and_says_so_to_the_checkpoint) {
  State state = fresh();
  Record many;
  for (std::uint64_t number = 0; number < memories_per_slice; ++number)
    many.remembered.push_back({number, name_of_key(std::to_string(number), 7)});
  state.apply(many);
  state.slices().written({SliceKind::memories, 0}, state.position());
  Record later;
  later.at = node_time(1) + limits::ids_kept;
  later.remembered.push_back({memories_per_slice, name_of_key("later", 7)});
  state.apply(later);
  EXPECT_THAT(state.slices().dirty(), testing::Contains(SliceId{SliceKind::memories, 0}));
  EXPECT_FALSE(state.slice({SliceKind::memories, 0}));
}

TEST(SliceBook, admits_what_a_slice_does_not_include_and_knows_what_is_dirty) {
  SliceBook book;
  book.restored(meta_slice, Position(5));
  EXPECT_FALSE(book.admits(meta_slice, Position(5)));
  EXPECT_TRUE(book.dirty().empty());
  EXPECT_TRUE(book.admits(meta_slice, Position(6)));
  EXPECT_THAT(book.dirty(), testing::ElementsAre(meta_slice));
  book.written(meta_slice, Position(8));
  EXPECT_TRUE(book.dirty().empty());
}

// Whatever the order in which slices change, are read, written and removed: beside a map of all of them.
TEST(SliceBook, says_what_a_map_of_all_slices_says) {
  struct Marks {
    Position includes, changed;
  };
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    Random random(seed);
    SliceBook book;
    std::map<SliceId, Marks> all;
    const auto any_slice = [&] {
      const auto kind = static_cast<SliceKind>(1 + random.below(4));
      return SliceId{kind, kind == SliceKind::meta ? 0 : random.below(5)};
    };
    for (std::uint64_t step = 1; step <= 200; ++step) {
      const SliceId slice = any_slice();
      const Position now(step);
      if (random.one_in(8)) {
        book.written(slice, now);
        all[slice].includes = now;
      } else if (random.one_in(8)) {
        book.removed(slice);
        all.erase(slice);
      } else if (random.one_in(8)) {
        const Position later(step + random.below(9));
        book.restored(slice, later);
        all[slice] = {later, later};
      } else {
        ASSERT_EQ(book.admits(slice, now), now > all[slice].includes);
        if (now > all[slice].includes) all[slice].changed = now;
      }
      std::vector<SliceId> dirty;
      for (const auto& [id, marks] : all)
        if (marks.changed > marks.includes) dirty.push_back(id);
      ASSERT_EQ(book.dirty(), dirty);
    }
  }
}

TEST(Row, a_newer_one_has_lost_nothing_of_the_older) {
  Row older;
  older.received = Units(5);
  add_sent(older, ReplicaIx(2), Units(3));
  add_sent(older, ReplicaIx(1), Units(1));
  EXPECT_EQ(older.sent.front().to, ReplicaIx(1));
  Row newer = older;
  add_sent(newer, ReplicaIx(2), Units(1));
  EXPECT_EQ(sent_to(newer, ReplicaIx(2)), Units(4));
  EXPECT_TRUE(grows(older, newer));
  EXPECT_FALSE(grows(newer, older));
  newer.sent.erase(newer.sent.begin());
  EXPECT_FALSE(grows(older, newer));
  for (Units Row::*field : {&Row::received, &Row::purchased, &Row::written_off}) {
    Row shrunk = older;
    shrunk.*field -= Units(1);
    EXPECT_FALSE(grows(older, shrunk));
    Row over = older;
    over.*field = limits::field_units_max + Units(1);
    EXPECT_FALSE(within_caps(over));
  }
  EXPECT_EQ(rights_without_incoming(older), Units(1));
}

}  // namespace
}  // namespace holdfast::test
