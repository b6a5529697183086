// What a disk may do to the ledger that ships, and what the simulator makes of it.
#include <gtest/gtest.h>

#include "sim/sqlite_platter.h"

namespace holdfast::sim {
namespace {

const ledger::Identity identity{"sim", {"eu", {.made_ms = 1, .nonce = 2}}, 7};

ledger::Append record(std::uint64_t at) {
  ledger::Append what;
  what.batches.push_back({Position(at), 1, Bytes(100, std::byte(at))});
  return what;
}

struct SqlitePlatterTest : testing::TestWithParam<std::uint64_t> {
  Stage stage;
  SqlitePlatter platter{stage, Random(GetParam())};

  // Until a recovery is not cut short.
  ledger::Opened open() {
    for (int tries = 0; tries < 20; ++tries)
      if (const auto opened = platter.open(identity)) return *opened;
    ADD_FAILURE() << "it never opens";
    return {};
  }
  void append(std::uint64_t from, std::uint64_t to) {
    for (std::uint64_t at = from; at <= to; ++at) ASSERT_TRUE(platter.append(record(at)));
  }
};

TEST_P(SqlitePlatterTest, AnAppendThatIsCutInItsMiddleIsThereWholeOrNotAtAllAndNobodyMinds) {
  open();
  append(1, 5);
  const ledger::Append last = record(6);
  platter.die(GetParam() % 2 == 0 ? Death::process : Death::machine, Tail::lost, &last);
  const Position found = open().last;
  EXPECT_TRUE(found == Position(5) || found == Position(6)) << found.value();
  EXPECT_EQ(platter.content().last, found);
  append(found.value() + 1, found.value() + 3);
  platter.check_history();
  EXPECT_TRUE(platter.contradictions().empty());
}

TEST_P(SqlitePlatterTest, AnOlderCopyIsFencedAlsoAfterThePowerIsLost) {
  open();
  append(1, 3);
  platter.keep_copy();
  append(4, 6);
  platter.die(Death::process, Tail::kept, nullptr);
  platter.put_back();
  EXPECT_TRUE(open().fenced);
  platter.die(Death::machine, Tail::kept, nullptr);
  EXPECT_TRUE(open().fenced);
  EXPECT_TRUE(platter.contradictions().empty());
  EXPECT_EQ(platter.content().last, Position(6)) << "what was promised is not forgotten";
}

TEST_P(SqlitePlatterTest, AnOlderCopyThatLacksNoRecordButSlicesIsAsGood) {
  open();
  append(1, 3);
  platter.keep_copy();
  ledger::Append slices;
  slices.slices.push_back({{2, 0}, Position(3), Bytes(8, std::byte(1))});
  ASSERT_TRUE(platter.append(slices));
  platter.die(Death::process, Tail::kept, nullptr);
  platter.put_back();
  EXPECT_FALSE(open().fenced);
  append(4, 6);
  platter.check_history();
  EXPECT_TRUE(platter.contradictions().empty());
}

// Which bits turn over is drawn: of many lives, some lose the end of the log and nothing else.
TEST_P(SqlitePlatterTest, ALogWhoseRottenEndHadNoRecordButSlicesIsAsGood) {
  std::size_t without_all_slices = 0;
  for (std::uint64_t life = 0; life < 40; ++life) {
    SqlitePlatter one{stage, Random(GetParam() * 1'000 + life)};
    const auto open_it = [&] {
      for (int tries = 0; tries < 20; ++tries)
        if (const auto opened = one.open(identity)) return std::optional(*opened);
      return std::optional<ledger::Opened>();
    };
    ASSERT_TRUE(open_it());
    ASSERT_TRUE(one.append(record(1)));
    for (std::byte what{1}; what < std::byte(9); what = std::byte(std::to_integer<int>(what) + 1)) {
      ledger::Append slices;
      slices.slices.push_back({{2, 0}, Position(1), Bytes(8, what)});
      ASSERT_TRUE(one.append(slices));
    }
    one.die(Death::process, Tail::kept, nullptr);
    ASSERT_TRUE(one.rot());
    const auto opened = open_it();
    EXPECT_TRUE(one.contradictions().empty()) << one.contradictions()[0];
    if (!opened || opened->fenced) continue;
    if (one.content().slices.begin()->second.bytes != Bytes(8, std::byte(8))) ++without_all_slices;
    EXPECT_TRUE(one.append(record(2)));
  }
  EXPECT_GT(without_all_slices, 0u);
}

TEST_P(SqlitePlatterTest, ADiskThatStaysBrokenFailsUntilItIsMendedAndLosesNothing) {
  open();
  append(1, 3);
  platter.fail(true);
  std::uint64_t at = 4;
  while (at < 500 && platter.append(record(at))) ++at;
  ASSERT_LT(at, 500u);
  platter.die(Death::process, Tail::lost, nullptr);
  EXPECT_FALSE(platter.open(identity));
  platter.mend();
  EXPECT_GE(open().last, Position(at - 1));
  EXPECT_TRUE(platter.contradictions().empty());
}

INSTANTIATE_TEST_SUITE_P(Seeds, SqlitePlatterTest, testing::Range<std::uint64_t>(1, 9));

}  // namespace
}  // namespace holdfast::sim
