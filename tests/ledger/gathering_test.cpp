// What the ledger asks of its disk: as few calls as can be, and each at its time.
#include "ledger/gathering_vfs.h"

#include "ledger/fault_vfs.h"
#include "ledger/sqlite_world.h"

namespace holdfast::ledger {
namespace {

using Call = FaultPlan::Call;

class Gathering : public testing::Test {
 protected:
  Gathering() {
    world_.options.vfs = vfs_.name();
    open_ = world_.open();
    append_records(*open_.ledger, 1, 1);
    open_.ledger->settle();
    vfs_.heal();
  }
  [[nodiscard]] bool append(std::uint64_t at, std::size_t bytes) {
    return open_.ledger->append(only(batch_at(at, 1, std::string(bytes, 'x')))).has_value();
  }
  // Of 256 pages.
  [[nodiscard]] bool append_a_megabyte(std::uint64_t at) { return append(at, 1 << 20); }
  void copy_the_log() {
    open_.ledger->settle();  // it grew
    open_.ledger->settle();  // it did not
  }
  // How many commits of so many bytes it takes until the log is copied after one.
  [[nodiscard]] std::size_t commits_until_copied(std::size_t bytes) {
    constexpr std::size_t most = 1000;
    for (std::size_t commits = 1; commits < most; ++commits) {
      if (!append(commits + 1, bytes)) break;
      vfs_.heal();
      open_.ledger->settle();
      if (vfs_.calls(Call::sync) > 0) return commits;
    }
    return most;
  }

  FaultVfs vfs_;
  SqliteWorld world_;
  OpenLedger open_;
};

// In pieces of 64 KiB, and a few that stand apart.
TEST_F(Gathering, WritesAMegabyteInSomeTwentyCalls) {
  ASSERT_TRUE(append_a_megabyte(2));
  EXPECT_LE(vfs_.calls(Call::write), 20u);
  EXPECT_EQ(vfs_.calls(Call::sync), 1u);
}

TEST_F(Gathering, CopiesTheLogInSomeTwentyCallsReadsNothingOfItAndSyncsTheDatabaseAlone) {
  ASSERT_TRUE(append_a_megabyte(2));
  vfs_.heal();
  copy_the_log();
  EXPECT_LE(vfs_.calls(Call::write), 25u);
  EXPECT_EQ(vfs_.calls(Call::read), 0u);
  EXPECT_EQ(vfs_.calls(Call::sync), 1u);
}

TEST_F(Gathering, ReadsBackWhatItWroteBeforeAndAfterItIsCopied) {
  ASSERT_TRUE(append_a_megabyte(2));
  EXPECT_EQ(*open_.ledger->read(Position(2)), batch_at(2, 1, std::string(1 << 20, 'x')));
  copy_the_log();
  ASSERT_TRUE(append_a_megabyte(3));
  EXPECT_EQ(*open_.ledger->read(Position(2)), batch_at(2, 1, std::string(1 << 20, 'x')));
  EXPECT_EQ(*open_.ledger->read(Position(3)), batch_at(3, 1, std::string(1 << 20, 'x')));
}

// Each copy costs two syncs, of the database and of the log that begins anew.
TEST_F(Gathering, CopiesTheLogOfLargeCommitsEveryFewOfThem) {
  EXPECT_EQ(commits_until_copied(600 << 10), 4u);
}

TEST_F(Gathering, CopiesTheLogOfSmallCommitsEveryHundredPagesOrSo) {
  const std::size_t commits = commits_until_copied(16 << 10);  // of 5 pages or 6
  EXPECT_GE(commits, 128u / 8);
  EXPECT_LE(commits, 128u / 4);
}

TEST_F(Gathering, CopiesTheLogBeforeItIsMoreThanItKeeps) { EXPECT_EQ(commits_until_copied(3 << 19), 2u); }

TEST_F(Gathering, CopiesALogThatStandsStill) {
  ASSERT_TRUE(append_a_megabyte(2));
  open_.ledger->settle();
  vfs_.heal();
  open_.ledger->settle();
  EXPECT_EQ(vfs_.calls(Call::sync), 1u);
}

// More than it keeps of a file.
TEST_F(Gathering, TakesMoreInOneCommitThanItKeeps) {
  const std::string much(9 << 20, 'm');
  ASSERT_TRUE(open_.ledger->append(only(batch_at(2, 1, much))));
  EXPECT_EQ(*open_.ledger->read(Position(2)), batch_at(2, 1, much));
  open_.ledger->settle();
  open_.ledger.reset();
  open_ = world_.open();
  EXPECT_EQ(*open_.ledger->read(Position(2)), batch_at(2, 1, much));
}

// It had not begun: what the write says, and not that nobody knows what is on disk.
TEST_F(Gathering, SaysAWriteThatFailedBeforeItSyncs) {
  vfs_.fail({.call = Call::write, .after = 0, .for_ever = false});
  EXPECT_FALSE(open_.ledger->append(only(batch_at(2, 1, "lost"))));
  EXPECT_EQ(vfs_.calls(Call::sync), 0u);
}

TEST(GatheringVfs, OverOneThatIsNotThereOpensNothing) {
  const sql::GatheringVfs over_none("no-such-vfs");
  EXPECT_FALSE(sql::Connection::open("/dev/null", over_none.name()));
}

}  // namespace
}  // namespace holdfast::ledger
