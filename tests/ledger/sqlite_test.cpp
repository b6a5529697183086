// What only a ledger on disk can do: recover, refuse, and find damage.
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "ledger/sqlite.h"
#include "ledger/sqlite_world.h"

namespace holdfast::ledger {
namespace {

std::unique_ptr<LedgerWorld> make_world() { return std::make_unique<SqliteWorld>(); }

INSTANTIATE_TEST_SUITE_P(Sqlite, LedgerContract, testing::Values(make_world));

TEST(SqliteLedger, MakesItsDirectoryAndWhatIsMissingAboveIt) {
  SqliteWorld world;
  world.options.data_dir = world.root() / "a" / "b" / "eu/";
  EXPECT_TRUE(world.open().opened.made);
  EXPECT_TRUE(std::filesystem::exists(world.root() / "a" / "b" / "eu.mark"));
}

TEST(SqliteLedger, SaysWhichProcessHoldsTheDirectory) {
  SqliteWorld world;
  const OpenLedger held = world.open();
  const auto second = SqliteLedger::open(world.options);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().trouble, Trouble::locked);
  EXPECT_TRUE(contains(second.error().detail, "process " + std::to_string(::getpid())))
      << second.error().detail;
}

TEST(SqliteLedger, FailsWhenItsDirectoryIsMovedRemovedOrReplacedUnderIt) {
  const auto move = [](const SqliteWorld& world) {
    std::filesystem::rename(world.data_dir(), world.root() / "away");
  };
  const auto remove = [](const SqliteWorld& world) { std::filesystem::remove_all(world.data_dir()); };
  const auto replace = [](const SqliteWorld& world) {
    world.keep_copy(world.root() / "backup");
    world.put_back(world.root() / "backup");
  };
  for (const auto harm : {+move, +remove, +replace}) {
    SqliteWorld world;
    const OpenLedger open = world.open();
    append_records(*open.ledger, 1, 3);
    ASSERT_TRUE(open.ledger->sizes());
    harm(world);
    const auto sizes = open.ledger->sizes();
    ASSERT_FALSE(sizes);
    EXPECT_TRUE(contains(sizes.error().detail, "moved, removed or replaced under it"))
        << sizes.error().detail;
    EXPECT_FALSE(open.ledger->append({{batch_at(4, 1, "late")}, {}, {}, {}}));
    EXPECT_FALSE(open.ledger->close());
  }
}

TEST(SqliteLedger, RefusesASchemaFromTheFuture) {
  SqliteWorld world;
  std::ignore = world.open();
  world.tamper("PRAGMA user_version=2");
  const auto open = SqliteLedger::open(world.options);
  ASSERT_FALSE(open);
  EXPECT_EQ(open.error().trouble, Trouble::newer_schema);
}

TEST(SqliteLedger, RefusesTheDatabaseOfAnotherProgram) {
  SqliteWorld world;
  std::filesystem::create_directories(world.data_dir());
  world.tamper("PRAGMA page_size=4096; CREATE TABLE customer(id INTEGER PRIMARY KEY)");
  const auto open = SqliteLedger::open(world.options);
  ASSERT_FALSE(open);
  EXPECT_EQ(open.error().trouble, Trouble::other_identity);
}

TEST(SqliteLedger, RefusesAFileThatIsNoDatabase) {
  SqliteWorld world;
  std::filesystem::create_directories(world.data_dir());
  write_file(world.database(), std::string(8192, 'x'));
  const auto open = SqliteLedger::open(world.options);
  ASSERT_FALSE(open);
  EXPECT_EQ(open.error().trouble, Trouble::damaged);
  EXPECT_TRUE(
      contains(open.error().detail, "ledger.db is damaged: keep it as it is, and put the newest copy"))
      << open.error().detail;
}

TEST(SqliteLedger, SaysWhyItsFileCannotBeOpened) {
  SqliteWorld world;
  std::filesystem::create_directories(world.database());
  const auto open = SqliteLedger::open(world.options);
  ASSERT_FALSE(open);
  EXPECT_EQ(open.error().trouble, Trouble::failed);
  EXPECT_EQ(open.error().detail, "cannot open " + world.database().string() + ": Is a directory");
}

TEST(SqliteLedger, SaysThatAnotherProgramHasItsFileOpen) {
  SqliteWorld world;
  std::ignore = world.open();
  auto holder = sql::Connection::open(world.database(), "");
  ASSERT_TRUE(holder);
  ASSERT_TRUE(holder->execute("BEGIN EXCLUSIVE"));
  const auto open = SqliteLedger::open(world.options);
  ASSERT_FALSE(open);
  EXPECT_EQ(open.error().trouble, Trouble::locked);
  EXPECT_TRUE(contains(open.error().detail, "is open in another program")) << open.error().detail;
}

// Not to be taken for a new one, whose first act is to remove the log of its predecessor.
TEST(SqliteLedger, WhoseDatabaseIsLostIsNotTakenForNew) {
  SqliteWorld world;
  append_records(*world.open().ledger, 1, 9);
  const std::string log = read_file(world.log());
  ASSERT_FALSE(log.empty());
  const std::string database = read_file(world.database());
  for (const char* what : {" is missing, but its log is there", " is empty, but its log is there"}) {
    std::filesystem::remove(world.database());
    if (std::string_view(what).contains("empty")) write_file(world.database(), "");
    const auto open = SqliteLedger::open(world.options);
    ASSERT_FALSE(open);
    EXPECT_EQ(open.error().trouble, Trouble::damaged);
    EXPECT_TRUE(contains(open.error().detail, what)) << open.error().detail;
    EXPECT_EQ(read_file(world.log()), log);
  }
  write_file(world.database(), database);
  EXPECT_EQ(world.open().opened.last, Position(9));
}

TEST(SqliteLedger, FailsWhenAPragmaDoesNotTake) {
  SqliteWorld world;
  std::filesystem::create_directories(world.data_dir());
  world.tamper("PRAGMA page_size=8192; CREATE TABLE t(x); DROP TABLE t");
  const auto open = SqliteLedger::open(world.options);
  ASSERT_FALSE(open);
  EXPECT_TRUE(contains(open.error().detail, "page_size=4096 did not take: it is 8192"))
      << open.error().detail;
}

TEST(SqliteLedger, FailsWithAnUnknownVfs) {
  SqliteWorld world;
  world.options.vfs = "no-such-vfs";
  const auto open = SqliteLedger::open(world.options);
  ASSERT_FALSE(open);
  EXPECT_EQ(open.error().trouble, Trouble::failed);
}

TEST(SqliteLedger, FailsWhereItsDirectoryIsAFile) {
  SqliteWorld world;
  write_file(world.data_dir(), "a file");
  const auto open = SqliteLedger::open(world.options);
  ASSERT_FALSE(open);
  EXPECT_TRUE(contains(open.error().detail, "is not a directory")) << open.error().detail;
}

TEST(SqliteLedger, FindsADamagedBatch) {
  SqliteWorld world;
  append_records(*world.open().ledger, 1, 5);
  for (const char* sql :
       {"UPDATE journal SET bytes='record X' WHERE first=3", "UPDATE journal SET count=2 WHERE first=3",
        "UPDATE journal SET total=total+1 WHERE first=3", "DELETE FROM journal WHERE first=3"}) {
    SqliteWorld copy;
    std::filesystem::copy(world.data_dir(), copy.data_dir());
    std::filesystem::copy(world.mark(), copy.mark());
    copy.tamper(sql);
    const OpenLedger open = copy.open();
    ASSERT_TRUE(open.ledger);
    const auto loaded = load_all(*open.ledger);
    ASSERT_FALSE(loaded) << sql;
    EXPECT_EQ(loaded.error().trouble, Trouble::damaged);
    const auto read = open.ledger->read(Position(3));
    ASSERT_FALSE(read) << sql;
    EXPECT_EQ(read.error().trouble, Trouble::damaged);
    EXPECT_TRUE(contains(read.error().detail, copy.database().string()));
  }
}

TEST(SqliteLedger, FindsADamagedEndWhenItOpens) {
  for (const char* sql :
       {"UPDATE journal SET bytes='record X' WHERE first=5", "UPDATE journal SET count=0 WHERE first=5",
        "UPDATE journal SET count=9 WHERE first=5", "UPDATE meta SET bytes=zeroblob(32) WHERE name='journal'",
        "DELETE FROM meta WHERE name='journal'",
        "UPDATE meta SET bytes=zeroblob(40) WHERE name='identity'"}) {
    SqliteWorld world;
    append_records(*world.open().ledger, 1, 5);
    world.tamper(sql);
    const auto open = SqliteLedger::open(world.options);
    ASSERT_FALSE(open) << sql;
    EXPECT_EQ(open.error().trouble, Trouble::damaged) << open.error().detail;
  }
}

TEST(SqliteLedger, FindsADamagedSlice) {
  for (const char* sql : {"UPDATE slice SET bytes='Rows'", "UPDATE slice SET includes=2",
                          "UPDATE slice SET kind=2", "DELETE FROM slice"}) {
    SqliteWorld world;
    {
      const OpenLedger open = world.open();
      append_records(*open.ledger, 1, 2);
      ASSERT_TRUE(open.ledger->append({.batches = {},
                                       .slices = {slice_of(1, 1, 1, "rows")},
                                       .checkpoint_began = {},
                                       .history_ends_before = {}}));
    }
    world.tamper(sql);
    const OpenLedger open = world.open();
    const auto loaded = load_all(*open.ledger);
    ASSERT_FALSE(loaded) << sql;
    EXPECT_EQ(loaded.error().trouble, Trouble::damaged);
  }
}

// The child appends until it is killed, and says after each append how far it is durable.
[[noreturn]] void append_until_killed(const SqliteOptions& options, int out) {
  auto open = SqliteLedger::open(options);
  if (!open || open->opened.fenced) ::_exit(1);
  for (std::uint64_t at = open->opened.last.value() + 1;; ++at) {
    const auto appended = open->ledger->append(only(batch_at(at, 1, "record " + std::to_string(at))));
    if (!appended) ::_exit(2);
    const std::uint64_t durable = appended->durable.value();
    if (::write(out, &durable, sizeof durable) != sizeof durable) ::_exit(3);
    open->ledger->settle();
  }
}

// The last position that the child said was durable; it is killed after `count` of them.
std::uint64_t run_until_killed(const SqliteOptions& options, unsigned count) {
  int pipe[2];
  if (::pipe(pipe) != 0) return 0;
  const pid_t child = ::fork();
  if (child == 0) append_until_killed(options, pipe[1]);
  ::close(pipe[1]);
  std::uint64_t durable = 0;
  for (unsigned i = 0; i < count && ::read(pipe[0], &durable, sizeof durable) == sizeof durable; ++i) {
  }
  ::kill(child, SIGKILL);
  while (::read(pipe[0], &durable, sizeof durable) == sizeof durable) {
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status)) << "the child ended by itself with " << WEXITSTATUS(status);
  ::close(pipe[0]);
  return durable;
}

TEST(SqliteLedger, KeepsWhatWasDurableWhenItIsKilled) {
  SqliteWorld world;
  for (const unsigned count : {1u, 7u, 100u, 300u, 40u}) {
    const std::uint64_t told = run_until_killed(world.options, count);
    const OpenLedger open = world.open();
    ASSERT_TRUE(open.ledger);
    ASSERT_EQ(open.opened.fenced, std::nullopt);
    EXPECT_GE(open.opened.last, Position(told));
    EXPECT_LE(open.opened.last, Position(told + 1));  // one more may be durable than there was time to tell
    const auto loaded = load_all(*open.ledger);
    ASSERT_TRUE(loaded);
    ASSERT_EQ(loaded->batches.size(), open.opened.last.value());
    for (std::uint64_t at = 1; at <= told; ++at)
      ASSERT_EQ(loaded->batches[at - 1], batch_at(at, 1, "record " + std::to_string(at)));
  }
}

TEST(SqliteLedger, PutsTheRecoveredLogIntoTheDatabaseBeforeItSaysAnything) {
  SqliteWorld world;
  append_records(*world.open().ledger, 1, 9);
  ASSERT_GT(std::filesystem::file_size(world.log()), 0u);
  const OpenLedger open = world.open();
  EXPECT_EQ(std::filesystem::file_size(world.log()), 0u);
  EXPECT_EQ(open.opened.last, Position(9));
}

TEST(SqliteLedger, KeepsItsLogShort) {
  SqliteWorld world;
  const OpenLedger open = world.open();
  const std::string page(4000, 'x');
  for (std::uint64_t at = 1; at <= 600; ++at) {
    ASSERT_TRUE(open.ledger->append(only(batch_at(at, 1, page))));
    open.ledger->settle();
  }
  EXPECT_LT(std::filesystem::file_size(world.log()), 3u << 18);
}

}  // namespace
}  // namespace holdfast::ledger
