// The rules of the marks by themselves, and the file that holds one.
#include <gtest/gtest.h>

#include "ledger/marks.h"
#include "support/temp_dir.h"

namespace holdfast::ledger {
namespace {

const ReplicaId eu{"eu", {.made_ms = 1, .nonce = 2}};
const ReplicaId other{"eu", {.made_ms = 1, .nonce = 3}};
constexpr std::uint64_t here = 77;

LedgerFacts ledger_at(std::uint64_t last) { return {.replica = eu, .last = Position(last)}; }
Mark mark_at(std::uint64_t position) {
  return {.replica = eu, .machine = "m", .directory = here, .position = Position(position)};
}
bool is_fenced(const LedgerFacts& ledger, const MarkFindings& found) {
  return judge(ledger, found, "m", here).has_value();
}

TEST(Marks, AnEmptyLedgerNeedsNone) {
  EXPECT_FALSE(is_fenced(ledger_at(0), {}));
  EXPECT_TRUE(is_fenced(ledger_at(1), {}));
}

TEST(Marks, TheOneBesideIsEnoughAndEitherOneFences) {
  EXPECT_FALSE(is_fenced(ledger_at(5), {.beside = mark_at(5), .run = {}}));
  EXPECT_TRUE(is_fenced(ledger_at(5), {.beside = mark_at(5), .run = mark_at(6)}));
  EXPECT_TRUE(is_fenced(ledger_at(5), {.beside = mark_at(6), .run = mark_at(5)}));
  EXPECT_FALSE(is_fenced(ledger_at(5), {.beside = mark_at(1), .run = mark_at(4)}));  // marks may lag
}

TEST(Marks, TheRunMarkVouchesForADamagedOneBesideButNotForOneThatIsGone) {
  EXPECT_FALSE(is_fenced(ledger_at(5), {.beside = {}, .run = mark_at(5), .beside_is_damaged = true}));
  EXPECT_TRUE(is_fenced(ledger_at(5), {.beside = {}, .run = {}, .beside_is_damaged = true}));
  EXPECT_TRUE(is_fenced(ledger_at(5), {.beside = {}, .run = mark_at(5)}));
  LedgerFacts ledger = ledger_at(5);
  ledger.moved = true;  // not stopped cleanly, but it has run here, and nothing is missing
  EXPECT_FALSE(is_fenced(ledger, {.beside = {}, .run = mark_at(5)}));
  EXPECT_TRUE(is_fenced(ledger, {.beside = {}, .run = mark_at(6)}));
}

TEST(Marks, ThoseOfAnotherReplicaSayNothing) {
  Mark mark = mark_at(9);
  mark.replica = other;
  EXPECT_TRUE(is_fenced(ledger_at(5), {.beside = mark, .run = mark}));   // none of this one
  EXPECT_FALSE(is_fenced(ledger_at(0), {.beside = mark, .run = mark}));  // and nobody is behind
}

TEST(Marks, OnesOfAnotherMachineFenceALedgerBehindThemAlsoWhenItIsMoved) {
  Mark mark = mark_at(9);
  mark.machine = "elsewhere";
  LedgerFacts ledger = ledger_at(8);
  ledger.moved = ledger.closed = true;
  EXPECT_TRUE(is_fenced(ledger, {.beside = mark, .run = {}}));
  ledger.last = Position(9);
  EXPECT_FALSE(is_fenced(ledger, {.beside = mark, .run = {}}));
  ledger.moved = false;
  EXPECT_TRUE(is_fenced(ledger, {.beside = mark, .run = {}}));
}

TEST(Marks, TheRunMarkDoesNotVouchForACopyInAnotherPlace) {
  Mark mark = mark_at(5);
  mark.directory = here + 1;
  EXPECT_TRUE(is_fenced(ledger_at(5), {.beside = {}, .run = mark}));
}

TEST(Marks, MovedNeedsACleanEnd) {
  LedgerFacts ledger = ledger_at(5);
  ledger.moved = true;
  EXPECT_TRUE(is_fenced(ledger, {}));
  ledger.closed = true;
  EXPECT_FALSE(is_fenced(ledger, {}));
}

class MarkFileTest : public testing::Test {
 protected:
  std::uint64_t position_after_flip(std::size_t byte) {
    std::string torn = sound_;
    torn[byte] = static_cast<char>(torn[byte] ^ 0x10);
    write_file(path_, torn);
    const auto found = MarkFile::look(path_);
    return found->mark ? found->mark->position.value() : 0;
  }
  TempDir directory_{TempDir::Where::memory};
  std::filesystem::path path_ = directory_.path() / "eu.mark";
  std::string sound_ = [this] {
    auto file = MarkFile::open(path_, Sync::yes);
    for (std::uint64_t position = 1; position <= 4; ++position) EXPECT_TRUE(file->write(mark_at(position)));
    return read_file(path_);
  }();
};

TEST_F(MarkFileTest, SaysWhatWasWrittenLastAlsoWhenItIsOpenedAgain) {
  EXPECT_EQ(MarkFile::look(path_)->mark, mark_at(4));
  auto again = MarkFile::open(path_, Sync::no);
  ASSERT_TRUE(again->write(mark_at(5)));
  EXPECT_EQ(MarkFile::look(path_)->mark, mark_at(5));
}

TEST_F(MarkFileTest, ATornWriteLeavesTheOneBefore) {
  for (std::size_t byte = 0; byte < 512; ++byte) {
    EXPECT_EQ(position_after_flip(byte), 3u);         // the newest slot is torn
    EXPECT_EQ(position_after_flip(4096 + byte), 4u);  // the older one is
  }
}

TEST_F(MarkFileTest, IsUnreadableWhenBothSlotsAreGone) {
  write_file(path_, std::string(8192, '\0'));
  EXPECT_TRUE(MarkFile::look(path_)->unreadable);
  EXPECT_EQ(MarkFile::look(path_)->mark, std::nullopt);
  write_file(path_, "");  // made beforehand by whoever installs the daemon
  EXPECT_FALSE(MarkFile::look(path_)->unreadable);
  std::filesystem::remove(path_);
  EXPECT_FALSE(MarkFile::look(path_)->unreadable);
}

}  // namespace
}  // namespace holdfast::ledger
