// A backup of a ledger that is appended to: whole, sound, and fenced wherever it is put.
#include "ledger/backup_file.h"
#include "ledger/sqlite_world.h"
#include "support/tiny_disk.h"

namespace holdfast::ledger {
namespace {

class BackupTest : public testing::Test {
 protected:
  // With an append between any two pieces. The newest record that it holds.
  Position back_up(Ledger& ledger, std::uint64_t next) {
    for (;; ++next) {
      const auto copied = ledger.copy_to(file_.string());
      EXPECT_TRUE(copied) << copied.error().detail;
      if (!copied || copied->whole) return copied ? copied->last : Position();
      ++pieces_;
      append_records(ledger, next, 1);
    }
  }
  void put_in_place() {
    std::filesystem::remove_all(world_.data_dir());
    std::filesystem::create_directories(world_.data_dir());
    std::filesystem::copy_file(file_, world_.database());
  }
  std::uint64_t batches(BackupFile& file) {
    std::uint64_t found = 0;
    EXPECT_TRUE(file.every_batch([&](const JournalBatch& batch) {
      ++found;
      EXPECT_EQ(batch, batch_at(found, 1, "record " + std::to_string(found)));
    }));
    return found;
  }

  SqliteWorld world_;
  std::filesystem::path file_ = world_.root() / "backups" / "eu.db";
  int pieces_ = 0;
};

TEST_F(BackupTest, HoldsEveryRecordUpToTheMomentWhenItIsWhole) {
  const OpenLedger open = world_.open();
  append_records(*open.ledger, 1, 20'000);
  const Position last = back_up(*open.ledger, 20'001);
  EXPECT_GE(pieces_, 2);
  EXPECT_EQ(last, Position(20'000 + static_cast<std::uint64_t>(pieces_)));
  append_records(*open.ledger, last.value() + 1, 5);  // not in it
  auto file = BackupFile::open(file_);
  ASSERT_TRUE(file) << file.error().detail;
  EXPECT_TRUE(file->is_backup());
  EXPECT_EQ(file->last(), last);
  EXPECT_EQ(file->damage().value(), "");
  EXPECT_EQ(batches(*file), last.value());
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(file_.parent_path()), {}), 1);
}

// On this machine, where a mark says how far the ledger was, also where that is no further; on another; and
// said to be moved there.
TEST_F(BackupTest, IsFencedWhereverItIsPutInALedgersPlace) {
  {
    const OpenLedger open = world_.open();
    append_records(*open.ledger, 1, 10);
    back_up(*open.ledger, 11);
    ASSERT_TRUE(open.ledger->close());
  }
  put_in_place();
  EXPECT_TRUE(contains(world_.open().opened.fenced, "this is a backup, made at record 10"));
  EXPECT_EQ(load_all(*world_.open().ledger)->batches.size(), 10u);  // it may be read
  std::filesystem::remove(world_.mark());
  world_.forget_run_marks();
  world_.options.machine = "another";
  EXPECT_TRUE(contains(world_.open().opened.fenced, "this is a backup"));
  world_.options.moved = true;
  EXPECT_TRUE(contains(world_.open().opened.fenced, "this is a backup"));
}

TEST_F(BackupTest, ThatBreaksOffLeavesTheLedgerSoundAndNoFile) {
  {
    const OpenLedger open = world_.open();
    append_records(*open.ledger, 1, 20'000);
    ASSERT_FALSE(open.ledger->copy_to(file_.string())->whole);
    ASSERT_TRUE(open.ledger->close());
  }
  EXPECT_TRUE(std::filesystem::is_empty(file_.parent_path()));
  EXPECT_FALSE(world_.open().opened.fenced);
}

TEST_F(BackupTest, RemovesWhatACrashLeftOfAnother) {
  const OpenLedger open = world_.open();
  append_records(*open.ledger, 1, 3);
  std::filesystem::create_directories(file_.parent_path());
  for (const char* left : {"eu-1.db.part", "eu-1.db.part-wal", "eu-0.db"})
    write_file(file_.parent_path() / left, "");
  back_up(*open.ledger, 4);
  EXPECT_FALSE(std::filesystem::exists(file_.parent_path() / "eu-1.db.part"));
  EXPECT_FALSE(std::filesystem::exists(file_.parent_path() / "eu-1.db.part-wal"));
  EXPECT_TRUE(std::filesystem::exists(file_.parent_path() / "eu-0.db"));
}

TEST_F(BackupTest, NeverReplacesAFile) {
  const OpenLedger open = world_.open();
  append_records(*open.ledger, 1, 3);
  std::filesystem::create_directories(file_.parent_path());
  write_file(file_, "another");
  const auto copied = open.ledger->copy_to(file_.string());
  ASSERT_FALSE(copied);
  EXPECT_TRUE(contains(copied.error().detail, "is there already"));
  EXPECT_EQ(read_file(file_), "another");
}

TEST_F(BackupTest, ThatCannotBeWrittenIsAnErrorOfItsOwn) {
  const OpenLedger open = world_.open();
  append_records(*open.ledger, 1, 3);
  write_file(world_.root() / "no-folder", "");
  EXPECT_FALSE(open.ledger->copy_to((world_.root() / "no-folder" / "eu.db").string()));
  append_records(*open.ledger, 4, 1);
}

TEST_F(BackupTest, WithADamagedRecordSaysSo) {
  {
    const OpenLedger open = world_.open();
    append_records(*open.ledger, 1, 100);
    back_up(*open.ledger, 101);
  }
  std::string bytes = read_file(file_);
  bytes[bytes.find("record 50")] ^= 1;
  write_file(file_, bytes);
  auto file = BackupFile::open(file_);
  ASSERT_TRUE(file) << file.error().detail;
  const auto read = file->every_batch([](const JournalBatch&) {});
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().trouble, Trouble::damaged);
}

TEST_F(BackupTest, WithADamagedPageSaysSoInOneLine) {
  {
    const OpenLedger open = world_.open();
    append_records(*open.ledger, 1, 2'000);
    back_up(*open.ledger, 2'001);
  }
  std::string bytes = read_file(file_);
  constexpr std::size_t page = 4096;
  std::ranges::fill(std::span(bytes).subspan(bytes.size() / page / 2 * page, page), '\0');
  write_file(file_, bytes);
  auto file = BackupFile::open(file_);
  ASSERT_TRUE(file) << file.error().detail;
  const std::string damage = file->damage().value();
  EXPECT_NE(damage, "");
  EXPECT_EQ(damage.find('\n'), std::string::npos) << damage;
}

// Its newest batches are whole again without the last: only what it has kept of itself tells.
TEST_F(BackupTest, WithoutItsLastRecordSaysSo) {
  {
    const OpenLedger open = world_.open();
    append_records(*open.ledger, 1, 10);
    back_up(*open.ledger, 11);
    ASSERT_TRUE(open.ledger->close());
  }
  put_in_place();
  world_.tamper("DELETE FROM journal WHERE first=10; PRAGMA wal_checkpoint(TRUNCATE)");
  auto file = BackupFile::open(world_.database());
  ASSERT_TRUE(file) << file.error().detail;
  EXPECT_EQ(file->damage().value(), "it was made at record 10, and its records end at 9");
}

TEST_F(BackupTest, ThatIsAByteShorterOrLongerSaysSo) {
  {
    const OpenLedger open = world_.open();
    append_records(*open.ledger, 1, 10);
    back_up(*open.ledger, 11);
  }
  const std::string bytes = read_file(file_);
  const auto damage_of = [&](const std::string& content) {
    write_file(file_, content);
    auto file = BackupFile::open(file_);
    return file ? file->damage().value() : file.error().detail;
  };
  EXPECT_EQ(damage_of(bytes), "");
  const std::string whole = std::to_string(bytes.size());
  EXPECT_EQ(damage_of(bytes.substr(0, bytes.size() - 1)),
            "it has " + std::to_string(bytes.size() - 1) + " bytes, and its pages make " + whole);
  EXPECT_EQ(damage_of(bytes + "x"),
            "it has " + std::to_string(bytes.size() + 1) + " bytes, and its pages make " + whole);
}

TEST_F(BackupTest, IsNoOtherFile) {
  const auto refused = [&](const std::filesystem::path& file) {
    const auto opened = BackupFile::open(file);
    return opened ? std::string() : opened.error().detail;
  };
  write_file(world_.root() / "text", "no database at all");
  EXPECT_TRUE(contains(refused(world_.root() / "text"), "is no ledger, and no backup of one"));
  EXPECT_TRUE(contains(refused(world_.root() / "missing"), "missing: No such file or directory"));
  EXPECT_TRUE(contains(refused(world_.root()), "is a directory: name the backup in it"));
  const OpenLedger open = world_.open();
  append_records(*open.ledger, 1, 3);
  EXPECT_TRUE(contains(refused(world_.database()), "its newest records are in ledger.db-wal"));
}

// Filled while it is made: what is sold comes first, and takes the room that the copy had taken.
TEST(BackupOnAFullDisk, GivesWay) {
  TempDir directory(TempDir::Where::memory);
  test::TinyDisk disk(directory.path(), 16);
  if (!disk.mounted()) GTEST_SKIP() << "only root can mount the small file system that this test fills";
  SqliteWorld world(disk.path() / "eu");
  world.options.reserve_mb = 1;
  const OpenLedger open = world.open();
  std::uint64_t next = 1;
  const auto append = [&] {
    open.ledger->settle();
    return open.ledger->append(only(batch_at(next++, 1, std::string(10'000, 'x'))));
  };
  while (next < 400) ASSERT_TRUE(append());
  const std::filesystem::path file = disk.path() / "backups" / "eu.db";
  for (int piece = 0; piece < 10; ++piece) ASSERT_FALSE(open.ledger->copy_to(file.string())->whole);
  disk.fill(100'000);
  for (bool room = true; room;) {
    const auto appended = append();
    ASSERT_TRUE(appended) << appended.error().detail;
    room = appended->room;
  }
  EXPECT_TRUE(std::filesystem::is_empty(file.parent_path()));
  const auto copied = open.ledger->copy_to(file.string());
  ASSERT_FALSE(copied);
  EXPECT_TRUE(contains(copied.error().detail, "the disk is full, and sales come first"));
  EXPECT_EQ(*open.ledger->regain_room(), true);
  EXPECT_TRUE(append()->room);
}

}  // namespace
}  // namespace holdfast::ledger
