// A backup of a ledger that is appended to: whole, sound, and fenced wherever it is put.
#include "ledger/backup_file.h"
#include "ledger/sqlite_world.h"

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
  EXPECT_FALSE(std::filesystem::exists(file_));
  EXPECT_FALSE(world_.open().opened.fenced);
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

TEST_F(BackupTest, IsNoOtherFile) {
  write_file(world_.root() / "text", "no database at all");
  EXPECT_FALSE(BackupFile::open(world_.root() / "text"));
  EXPECT_FALSE(BackupFile::open(world_.root() / "missing"));
}

}  // namespace
}  // namespace holdfast::ledger
