// Recovery from what cannot be read: it says why, once, and believes nothing that comes after.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/recovery.h"
#include "support/desk.h"

namespace holdfast::test {
namespace {

using testing::HasSubstr;

// Its bytes begin with 'x' where they are rotten.
Codec rotting_codec() {
  Codec codec = value_codec();
  codec.decode_records = [](BytesView bytes) -> Result<std::vector<Record>, holdfast::Unreadable> {
    if (bytes[0] == std::byte{'x'}) return std::unexpected(holdfast::Unreadable{"rotten"});
    if (bytes[0] == std::byte{'y'}) return std::unexpected(holdfast::Unreadable{"of tomorrow", true});
    return value_codec().decode_records(bytes);
  };
  codec.decode_slice = [](BytesView bytes) -> Result<SliceValue, holdfast::Unreadable> {
    if (bytes[0] == std::byte{'x'}) return std::unexpected(holdfast::Unreadable{"rotten"});
    if (bytes[0] == std::byte{'y'}) return std::unexpected(holdfast::Unreadable{"of tomorrow", true});
    return value_codec().decode_slice(bytes);
  };
  return codec;
}

class Unreadable : public testing::Test {
 protected:
  Unreadable() {
    node::NodeLimits limits;
    limits.checkpoint = {.journal_bytes = 1, .slice_bytes_per_append = 1'000};
    Desk desk(config_of("eu"), limits);
    desk.start();
    desk.ask(request::Adjust{.sku = "a", .key = "k", .delta = Units(5), .reason = "test"});
    disk = desk.disk();
  }
  void slice() {
    const ledger::Slice& stored = disk.slices.begin()->second;
    recovery.slice({static_cast<SliceKind>(stored.key.kind), stored.key.number}, stored.includes,
                   stored.bytes);
  }
  void rotten_slice() { recovery.slice({SliceKind::skus, 0}, Position(2), rotten); }
  void batches() {
    for (const ledger::JournalBatch& batch : disk.batches)
      recovery.batch(batch.first, batch.count, batch.bytes);
  }
  std::string finish() { return recovery.finish(disk.last).value_or(""); }

  Disk disk;
  const Bytes rotten = Bytes(8, std::byte{'x'});
  Replica replica{config_of("eu")};
  const Codec codec = rotting_codec();
  node::Recovery recovery{replica, codec};
};

TEST_F(Unreadable, nothing_is_and_recovery_says_nothing) {
  batches();
  EXPECT_EQ(finish(), "");
  EXPECT_EQ(replica.state().position(), disk.last);
}

TEST_F(Unreadable, a_slice_is_and_nothing_after_it_is_believed) {
  rotten_slice();
  slice();
  batches();
  EXPECT_EQ(finish(), "a slice of the checkpoint that includes record 2 cannot be read: rotten");
  EXPECT_EQ(replica.state().position(), Position{});
  EXPECT_EQ(replica.state().stock().size(), 0u);
}

// The first that cannot be read says why: what comes behind something rotten tells nothing.
TEST_F(Unreadable, what_a_later_version_wrote_is_told_from_what_is_rotten) {
  const Bytes of_tomorrow(8, std::byte{'y'});
  node::Recovery slices(replica, codec);
  slices.slice({SliceKind::skus, 0}, Position(2), of_tomorrow);
  EXPECT_TRUE(slices.is_of_later_version());
  node::Recovery batches(replica, codec);
  batches.batch(Position(1), 1, of_tomorrow);
  EXPECT_TRUE(batches.is_of_later_version());
  EXPECT_EQ(batches.finish(disk.last), "the batch at record 1 cannot be read: of tomorrow");
  rotten_slice();
  recovery.batch(Position(1), 1, of_tomorrow);
  EXPECT_FALSE(recovery.is_of_later_version());
}

TEST_F(Unreadable, a_slice_is_that_is_not_of_its_kind_or_place) {
  const ledger::Slice& stored = disk.slices.begin()->second;
  const auto told = [&](SliceId id) {
    Replica fresh(config_of("eu"));
    node::Recovery other(fresh, codec);
    other.slice(id, stored.includes, stored.bytes);
    return other.finish(disk.last).value_or("");
  };
  ASSERT_EQ(static_cast<SliceKind>(stored.key.kind), SliceKind::meta);
  EXPECT_THAT(told({SliceKind::skus, 0}), HasSubstr("is not what it says"));
  EXPECT_THAT(told({static_cast<SliceKind>(77), 0}), HasSubstr("is not what it says"));
  SkuSlice first;
  first.skus.push_back({SkuId(0), "a", no_units, no_units, {}});
  Bytes bytes;
  codec.encode_slice(first, bytes);
  recovery.slice({SliceKind::skus, ~std::uint64_t{0}}, Position(2), bytes);
  EXPECT_EQ(finish(), "a slice of the checkpoint that includes record 2 is not what it says");
}

TEST_F(Unreadable, a_batch_is) {
  recovery.batch(Position(1), 1, rotten);
  EXPECT_EQ(finish(), "the batch at record 1 cannot be read: rotten");
}

TEST_F(Unreadable, a_batch_is_that_holds_fewer_records_than_it_says) {
  const ledger::JournalBatch& first = disk.batches.front();
  recovery.batch(first.first, first.count + 1, first.bytes);
  EXPECT_THAT(finish(), HasSubstr("does not hold what it says"));
}

TEST_F(Unreadable, the_first_fault_is_the_one_that_is_told) {
  rotten_slice();
  recovery.batch(Position(7), 1, rotten);
  EXPECT_THAT(finish(), HasSubstr("a slice of the checkpoint"));
}

}  // namespace
}  // namespace holdfast::test
