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
  // Of 256 pages.
  [[nodiscard]] bool append_a_megabyte(std::uint64_t at) {
    return open_.ledger->append(only(batch_at(at, 1, std::string(1 << 20, 'x')))).has_value();
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
  open_.ledger->settle();
  EXPECT_LE(vfs_.calls(Call::write), 25u);
  EXPECT_EQ(vfs_.calls(Call::read), 0u);
  EXPECT_EQ(vfs_.calls(Call::sync), 1u);
}

TEST_F(Gathering, ReadsBackWhatItWroteBeforeAndAfterItIsCopied) {
  ASSERT_TRUE(append_a_megabyte(2));
  EXPECT_EQ(*open_.ledger->read(Position(2)), batch_at(2, 1, std::string(1 << 20, 'x')));
  open_.ledger->settle();
  ASSERT_TRUE(append_a_megabyte(3));
  EXPECT_EQ(*open_.ledger->read(Position(2)), batch_at(2, 1, std::string(1 << 20, 'x')));
  EXPECT_EQ(*open_.ledger->read(Position(3)), batch_at(3, 1, std::string(1 << 20, 'x')));
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
