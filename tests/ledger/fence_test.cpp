// Restored, copied, moved and rotten ledgers: each is fenced, and no sound one is.
#include <unistd.h>

#include "ledger/sqlite_world.h"

namespace holdfast::ledger {
namespace {

constexpr auto recursive = std::filesystem::copy_options::recursive;

TEST(SqliteLedger, IsFencedWhenAnOlderCopyIsPutBack) {
  SqliteWorld world;
  append_records(*world.open().ledger, 1, 120);
  world.keep_copy(world.root() / "backup");
  append_records(*world.open().ledger, 121, 30);
  world.put_back(world.root() / "backup");
  const OpenLedger open = world.open();
  EXPECT_TRUE(contains(open.opened.fenced, "ledger ends at 120, its mark says 150"))
      << open.opened.fenced.value_or("");
  EXPECT_EQ(load_all(*open.ledger)->batches.size(), 120u);  // it may be read
  EXPECT_EQ(*open.ledger->read(Position(7)), batch_at(7, 1, "record 7"));
}

TEST(SqliteLedger, IsFencedWhenACopyIsSoldFromAndTheOlderOneComesBackAfterAPowerCut) {
  SqliteWorld world;
  {
    const OpenLedger open = world.open();
    append_records(*open.ledger, 1, 3);
    ASSERT_TRUE(open.ledger->close());
  }
  world.keep_copy(world.root() / "backup");
  {
    const OpenLedger open = world.open();
    append_records(*open.ledger, 4, 3);
    ASSERT_TRUE(open.ledger->close());
  }
  world.put_back(world.root() / "backup");
  world.forget_run_marks();
  EXPECT_TRUE(contains(world.open().opened.fenced, "ledger ends at 3, its mark says 6"));
  world.options.moved = true;  // says nothing about what is missing
  EXPECT_TRUE(contains(world.open().opened.fenced, "ledger ends at 3, its mark says 6"));
}

TEST(SqliteLedger, IsFencedWhenItsLogIsDeletedAfterACrash) {
  SqliteWorld world;
  append_records(*world.open().ledger, 1, 9);
  std::filesystem::remove(world.log());
  EXPECT_TRUE(contains(world.open().opened.fenced, "ledger ends at 0, its mark says 9"));
}

TEST(SqliteLedger, LeavesAFencedDirectoryAsItWas) {
  SqliteWorld world;
  append_records(*world.open().ledger, 1, 9);
  std::string log = read_file(world.log());
  log[log.size() - 100] ^= 1;
  write_file(world.log(), log);
  const std::string database = read_file(world.database());
  for (int i = 0; i < 2; ++i) {
    const OpenLedger open = world.open();
    ASSERT_TRUE(open.opened.fenced);
    EXPECT_TRUE(open.ledger->close());
  }
  EXPECT_EQ(read_file(world.log()), log);
  EXPECT_EQ(read_file(world.database()), database);
}

// The loss was noticed by the mark in memory alone, since the one beside is synced once a second.
TEST(SqliteLedger, StaysFencedWhenThePowerGoesAfterItWasFenced) {
  SqliteWorld world;
  world.options.clock = [] { return std::chrono::steady_clock::time_point(); };  // a second never passes
  append_records(*world.open().ledger, 1, 3);
  world.keep_copy(world.root() / "backup");
  append_records(*world.open().ledger, 4, 3);
  world.put_back(world.root() / "backup");
  ASSERT_TRUE(contains(world.open().opened.fenced, "ledger ends at 3, its mark says 6"));
  world.forget_run_marks();
  EXPECT_TRUE(contains(world.open().opened.fenced, "ledger ends at 3, its mark says 6"));
}

TEST(SqliteLedger, IsFencedWhenItsDiskIsClonedToAnotherMachine) {
  SqliteWorld world;
  append_records(*world.open().ledger, 1, 3);
  world.forget_run_marks();
  world.options.machine = "machine-b";  // the mark came along
  EXPECT_TRUE(contains(world.open().opened.fenced, "no mark of this machine"));
  world.options.machine = "machine-a";
  EXPECT_EQ(world.open().opened.fenced, std::nullopt);  // where it came from, all is well
}

TEST(SqliteLedger, IsFencedWhenItIsCopiedToAnotherPlaceOnTheSameMachine) {
  SqliteWorld world;
  append_records(*world.open().ledger, 1, 3);
  world.keep_copy(world.root() / "second");
  world.options.data_dir = world.root() / "second";
  EXPECT_TRUE(contains(world.open().opened.fenced, "--moved"));
}

// cp -r of the folder that holds both.
TEST(SqliteLedger, IsNotOpenedTwiceWhenACopyBroughtItsMarkAlong) {
  SqliteWorld world;
  const OpenLedger original = world.open();
  append_records(*original.ledger, 1, 3);
  world.keep_copy(world.root() / "second");
  std::filesystem::copy(world.mark(), world.root() / "second.mark");
  world.options.data_dir = world.root() / "second";
  for (const bool moved : {false, true}) {
    world.options.moved = moved;
    const auto copy = SqliteLedger::open(world.options);
    ASSERT_FALSE(copy);
    EXPECT_EQ(copy.error().trouble, Trouble::locked);
    EXPECT_TRUE(contains(copy.error().detail, "in use by process " + std::to_string(::getpid())))
        << copy.error().detail;
  }
}

TEST(SqliteLedger, MayBeLookedAtInAFencedCopyBesideTheOneThatSells) {
  SqliteWorld world;
  const OpenLedger original = world.open();
  append_records(*original.ledger, 1, 3);
  world.keep_copy(world.root() / "second");
  world.options.data_dir = world.root() / "second";
  EXPECT_TRUE(contains(world.open().opened.fenced, "--moved"));
  append_records(*original.ledger, 4, 3);
}

TEST(SqliteLedger, SellsAgainWhenItWasStoppedCleanlyAndMoved) {
  SqliteWorld world;
  {
    const OpenLedger open = world.open();
    append_records(*open.ledger, 1, 3);
    ASSERT_TRUE(open.ledger->close());
  }
  std::filesystem::rename(world.data_dir(), world.root() / "there");
  world.options.data_dir = world.root() / "there";
  world.options.machine = "machine-b";
  EXPECT_TRUE(contains(world.open().opened.fenced, "start it with --moved"));
  world.options.moved = true;
  EXPECT_EQ(world.open().opened.fenced, std::nullopt);
  world.options.moved = false;
  const OpenLedger open = world.open();  // from now on it lives here
  EXPECT_EQ(open.opened.fenced, std::nullopt);
  append_records(*open.ledger, 4, 1);
}

TEST(SqliteLedger, StaysFencedWhenItWasMovedButNotStoppedCleanly) {
  SqliteWorld world;
  {
    const OpenLedger open = world.open();
    append_records(*open.ledger, 1, 3);
    ASSERT_TRUE(open.ledger->close());
  }
  append_records(*world.open().ledger, 4, 1);  // takes the clean end back
  world.options.machine = "machine-b";
  world.options.moved = true;
  EXPECT_TRUE(contains(world.open().opened.fenced, "not stopped cleanly"));
}

TEST(SqliteLedger, IsNotFencedByAPowerCutThatTakesTheRunMark) {
  SqliteWorld world;
  append_records(*world.open().ledger, 1, 9);
  world.forget_run_marks();
  const OpenLedger open = world.open();
  EXPECT_EQ(open.opened.fenced, std::nullopt);
  EXPECT_EQ(open.opened.last, Position(9));
}

TEST(SqliteLedger, IsNotFencedWhenThePowerGoesBeforeItsFirstSecondIsOver) {
  SqliteWorld world;
  world.options.clock = [] { return std::chrono::steady_clock::time_point(); };  // a second never passes
  append_records(*world.open().ledger, 1, 1);
  world.forget_run_marks();
  EXPECT_EQ(world.open().opened.fenced, std::nullopt);
}

TEST(SqliteLedger, SaysThatADirectoryWasDeletedUnderItsMark) {
  SqliteWorld world;
  append_records(*world.open().ledger, 1, 9);
  std::filesystem::remove_all(world.data_dir());
  Identity later = some_identity();
  later.replica.incarnation.nonce += 1;
  auto open = world.open(later);
  ASSERT_TRUE(open);
  EXPECT_TRUE(open->opened.made);
  EXPECT_EQ(open->opened.fenced, std::nullopt);
  ASSERT_EQ(open->opened.warnings.size(), 1u);
  EXPECT_TRUE(contains(open->opened.warnings[0], "is new, but a mark says"));
  open->ledger.reset();
  EXPECT_TRUE(world.open(later)->opened.warnings.empty());
}

TEST(SqliteLedger, GoesOnWithAWarningWithoutARunDirectory) {
  SqliteWorld world;
  write_file(world.root() / "file", "");
  world.options.run_dir = world.root() / "file" / "run";
  for (std::uint64_t first : {1, 4}) {
    const OpenLedger open = world.open();
    ASSERT_EQ(open.opened.warnings.size(), 1u);
    append_records(*open.ledger, first, 3);
  }
  EXPECT_EQ(world.open().opened.last, Position(6));
}

TEST(SqliteLedger, FailsWhenTheMarkBesideItCannotBeWritten) {
  SqliteWorld world;
  std::filesystem::create_directories(world.mark());
  const auto open = SqliteLedger::open(world.options);
  ASSERT_FALSE(open);
  EXPECT_TRUE(contains(open.error().detail, world.mark().string())) << open.error().detail;
}

TEST(SqliteLedger, BringsTheMarkUpToDateWithinASecondAlsoWhenNothingIsAppended) {
  SqliteWorld world;
  std::chrono::steady_clock::time_point now;
  world.options.clock = [&] { return now; };
  const OpenLedger open = world.open();
  append_records(*open.ledger, 1, 3);
  EXPECT_EQ(MarkFile::look(world.mark())->mark->position, Position(0));
  now += std::chrono::milliseconds(600);
  open.ledger->settle();
  EXPECT_EQ(MarkFile::look(world.mark())->mark->position, Position(3));
  now += std::chrono::milliseconds(600);
  append_records(*open.ledger, 4, 2);
  EXPECT_EQ(MarkFile::look(world.mark())->mark->position, Position(4));
  ASSERT_TRUE(open.ledger->close());
  EXPECT_EQ(MarkFile::look(world.mark())->mark->position, Position(5));
}

}  // namespace
}  // namespace holdfast::ledger
