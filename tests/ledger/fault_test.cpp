// Disks that fail and disks that are full.
#include "ledger/fault_vfs.h"
#include "ledger/files.h"
#include "ledger/sqlite_world.h"
#include "support/tiny_disk.h"

namespace holdfast::ledger {
namespace {

class FaultyLedger : public testing::Test {
 protected:
  FaultyLedger() { world_.options.vfs = vfs_.name(); }
  FaultVfs vfs_;
  SqliteWorld world_;
};

TEST_F(FaultyLedger, AsksNothingMoreOfTheDiskAfterAFailedSync) {
  const OpenLedger open = world_.open();
  append_records(*open.ledger, 1, 3);
  vfs_.fail({.call = FaultPlan::Call::sync, .after = 0, .for_ever = false});
  const auto failed = open.ledger->append(only(batch_at(4, 1, "lost?")));
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().trouble, Trouble::failed);
  vfs_.heal();
  EXPECT_EQ(open.ledger->append(only(batch_at(4, 1, "again"))).error(), failed.error());
  EXPECT_EQ(open.ledger->regain_room().error(), failed.error());
  EXPECT_EQ(open.ledger->close().error(), failed.error());
  EXPECT_EQ(vfs_.calls(FaultPlan::Call::sync) + vfs_.calls(FaultPlan::Call::write), 0u);
}

TEST_F(FaultyLedger, DoesNotTouchTheDiskWhenItGoesAfterAFailedSync) {
  OpenLedger open = world_.open();
  append_records(*open.ledger, 1, 3);
  vfs_.fail({.call = FaultPlan::Call::sync, .after = 0, .for_ever = false});
  EXPECT_FALSE(open.ledger->append(only(batch_at(4, 1, "lost?"))));
  vfs_.heal();
  open.ledger.reset();
  EXPECT_EQ(vfs_.calls(FaultPlan::Call::sync) + vfs_.calls(FaultPlan::Call::write), 0u);
}

// Writes and syncs fail at every place in turn: whatever append() confirmed is there afterwards.
TEST_F(FaultyLedger, KeepsWhatItConfirmedWhereverTheDiskFails) {
  for (const auto call : {FaultPlan::Call::write, FaultPlan::Call::sync}) {
    std::uint64_t confirmed = 0;
    for (std::uint64_t after = 0; after < 40; ++after) {
      vfs_.heal();
      SqliteWorld world;
      world.options.vfs = vfs_.name();
      confirmed = 0;
      {
        const OpenLedger open = world.open();
        vfs_.fail({.call = call, .after = after, .for_ever = true});
        for (std::uint64_t at = 1; open.ledger->append(only(batch_at(at, 1, std::string(5'000, 'z'))));
             ++at) {
          confirmed = at;
          open.ledger->settle();
        }
      }
      vfs_.heal();
      const OpenLedger open = world.open();
      ASSERT_TRUE(open.ledger);
      EXPECT_EQ(open.opened.fenced, std::nullopt);
      EXPECT_GE(open.opened.last, Position(confirmed));
      EXPECT_EQ(load_all(*open.ledger)->batches.size(), open.opened.last.value());
    }
    EXPECT_GT(confirmed, 0u);
  }
}

TEST_F(FaultyLedger, SeesAFailedSyncOfTheDatabaseToo) {
  const OpenLedger open = world_.open();
  vfs_.fail({.call = FaultPlan::Call::sync, .after = 2, .for_ever = false});
  // One batch of more pages than the log may have: its head is synced, then its commit, then the database.
  ASSERT_TRUE(open.ledger->append(only(batch_at(1, 1, std::string(2 << 20, 'x')))));
  open.ledger->settle();
  const auto appended = open.ledger->append(only(batch_at(2, 1, "after it")));
  ASSERT_FALSE(appended);
  EXPECT_EQ(appended.error().trouble, Trouble::failed);
  EXPECT_EQ(open.ledger->sizes().error(), appended.error());
}

TEST_F(FaultyLedger, CannotBeOpenedWhenTheRecoveredLogCannotBeSynced) {
  append_records(*world_.open().ledger, 1, 3);
  vfs_.fail({.call = FaultPlan::Call::sync, .after = 0, .for_ever = false});
  const auto open = SqliteLedger::open(world_.options);
  ASSERT_FALSE(open);
  EXPECT_EQ(open.error().trouble, Trouble::failed);
}

class FullDisk : public testing::Test {
 protected:
  void SetUp() override {
    if (!disk_.mounted()) GTEST_SKIP() << "only root can mount the small file system that this test fills";
    world_.options.reserve_mb = 1;
  }
  // Appends until there is no more room; how many were appended.
  std::uint64_t append_until_full(Ledger& ledger) {
    for (std::uint64_t at = 1; at < 10'000; ++at) {
      const auto appended = ledger.append(only(batch_at(at, 1, std::string(10'000, 'x'))));
      if (!appended) ADD_FAILURE() << appended.error().detail;
      if (!appended || !appended->room) return at;
      ledger.settle();
    }
    return 0;
  }
  [[nodiscard]] bool ballast_stands() const {
    const auto path = world_.data_dir() / "ballast";
    return std::filesystem::exists(path) && std::filesystem::file_size(path) == 1u << 20;
  }

  TempDir directory_{TempDir::Where::memory};
  test::TinyDisk disk_{directory_.path(), 8};
  SqliteWorld world_{disk_.path() / "eu"};
};

TEST_F(FullDisk, CommitsWhatWaitsAndSaysThatThereIsNoRoom) {
  std::uint64_t last = 0;
  {
    const OpenLedger open = world_.open();
    EXPECT_TRUE(ballast_stands());
    last = append_until_full(*open.ledger);
    ASSERT_GT(last, 0u);
    EXPECT_FALSE(ballast_stands());
    EXPECT_EQ(*open.ledger->regain_room(), false);
    EXPECT_EQ(*open.ledger->read(Position(last)), batch_at(last, 1, std::string(10'000, 'x')));
  }
  EXPECT_EQ(world_.open().opened.last, Position(last));
}

TEST_F(FullDisk, HasRoomAgainOnceTheBallastStands) {
  const OpenLedger open = world_.open();
  disk_.fill(1 << 20);
  const std::uint64_t last = append_until_full(*open.ledger);
  EXPECT_EQ(*open.ledger->regain_room(), false);
  disk_.free_all();
  EXPECT_EQ(*open.ledger->regain_room(), true);
  EXPECT_TRUE(ballast_stands());
  EXPECT_TRUE(open.ledger->append(only(batch_at(last + 1, 1, "x")))->room);
}

// Bytes are free, and no file can be made.
TEST_F(FullDisk, OfNamesIsFullTooAndHasRoomAgainLater) {
  {
    const OpenLedger open = world_.open();
    disk_.fill(1 << 20);
    std::ignore = append_until_full(*open.ledger);
    disk_.free_all();
    disk_.allow_no_new_files();
    EXPECT_EQ(*open.ledger->regain_room(), false);
  }
  const OpenLedger open = world_.open();
  ASSERT_TRUE(open.ledger);
  EXPECT_EQ(*open.ledger->regain_room(), false);
  disk_.allow_new_files();
  EXPECT_EQ(*open.ledger->regain_room(), true);
  EXPECT_TRUE(ballast_stands());
}

TEST_F(FullDisk, FailsWhenTheBallastIsNotEnough) {
  world_.options.reserve_mb = 0;
  const OpenLedger open = world_.open();
  disk_.fill(100'000);
  const auto appended = open.ledger->append(only(batch_at(1, 1, std::string(1'000'000, 'x'))));
  ASSERT_FALSE(appended);
  EXPECT_EQ(appended.error().trouble, Trouble::failed);
  EXPECT_TRUE(contains(appended.error().detail, "full")) << appended.error().detail;
}

TEST_F(FullDisk, OpensWithoutABallastAndSaysSoAtTheFirstAppend) {
  std::ignore = world_.open();
  std::filesystem::remove(world_.data_dir() / "ballast");
  disk_.fill(1'000'000);
  const OpenLedger open = world_.open();
  EXPECT_EQ(open.ledger->append(only(batch_at(1, 1, "x")))->room, false);
  EXPECT_EQ(*open.ledger->regain_room(), false);
  disk_.free_all();
  EXPECT_EQ(*open.ledger->regain_room(), true);
}

TEST_F(FullDisk, OpensAfterACrashWithNoByteLeft) {
  std::uint64_t last = 0;
  {
    const OpenLedger open = world_.open();
    last = append_until_full(*open.ledger);
  }
  disk_.fill(0);
  const OpenLedger open = world_.open();
  ASSERT_TRUE(open.ledger);
  EXPECT_EQ(open.opened.last, Position(last));
  EXPECT_EQ(open.opened.fenced, std::nullopt);
  EXPECT_EQ(load_all(*open.ledger)->batches.size(), last);
}

TEST_F(FullDisk, TakesTheBallastDownWhenNoneIsWanted) {
  std::ignore = world_.open();
  EXPECT_TRUE(ballast_stands());
  world_.options.reserve_mb = 0;
  std::ignore = world_.open();
  EXPECT_FALSE(ballast_stands());
}

TEST_F(FullDisk, ReplacesABallastThatReservesNothing) {
  std::ignore = world_.open();
  std::filesystem::resize_file(world_.data_dir() / "ballast", 0);
  std::filesystem::resize_file(world_.data_dir() / "ballast", 1 << 20);  // sparse
  const std::uint64_t free = free_bytes(disk_.path()).value();
  std::ignore = world_.open();
  EXPECT_LE(free_bytes(disk_.path()).value() + (1 << 20), free);
}

}  // namespace
}  // namespace holdfast::ledger
