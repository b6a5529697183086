#include "cli/replay_recount.h"

#include "cli/program.h"
#include "support/temp_dir.h"

namespace holdfast::cli::replay {
namespace {

const std::vector<Event> honest{
    {"stock", "eu", "stock-eu", {{"a", 5}}},  {"stock", "us", "stock-us", {{"a", 3}, {"b", 1}}},
    {"purchased", "eu", "o-1", {{"a", 6}}},   {"purchased", "us", "o-2", {{"a", 2}, {"b", 1}}},
    {"returned", "eu", "r-1", {{"a", 2}}},    {"purchased", "us", "o-3", {{"a", 1}}},
    {"written_off", "eu", "w-1", {{"a", 1}}},
};

std::vector<Event> with(Event event) {
  auto events = honest;
  events.push_back(std::move(event));
  return events;
}

Ran recount_of(const std::vector<Event>& events) {
  std::string log;
  for (const auto& event : events) log += event_text(event) + '\n';
  const test::TempDir folder;
  test::write_file(folder / "log", log);
  return run_program("", {"replay", "--recount", folder / "log"});
}

TEST(ReplayRecount, StockSoldToTheLastUnitIsNotOversold) {
  const auto counted = recount(honest);
  EXPECT_TRUE(counted.good());
  EXPECT_EQ(counted.oversold_units, 0);
}

TEST(ReplayRecount, AForgedLogWithOneUnitTooManyIsFound) {
  const auto counted = recount(with({"purchased", "ap", "o-4", {{"a", 1}}}));
  EXPECT_EQ(counted.oversold_units, 1);
  EXPECT_EQ(counted.oversold.at("a"), 1);
}

TEST(ReplayRecount, TheProgramEndsWith1OnAForgedLogAndWith0OnAnHonestOne) {
  const auto good = recount_of(honest);
  EXPECT_EQ(good.code, 0) << good.err;
  EXPECT_THAT(good.out, testing::EndsWith("\noversold_units 0\n"));
  const auto forged = recount_of(with({"purchased", "ap", "o-4", {{"b", 1}}}));
  EXPECT_EQ(forged.code, 1);
  EXPECT_THAT(forged.out, testing::HasSubstr("OVERSOLD b by 1\n"));
  EXPECT_THAT(forged.out, testing::EndsWith("\noversold_units 1\n"));
}

TEST(ReplayRecount, ALogWithoutAnAnswerOrThatIsNoFileProvesNothing) {
  const auto empty = recount_of({});
  EXPECT_EQ(empty.code, 1);
  EXPECT_THAT(empty.err, testing::EndsWith(" holds no answers\n"));
  const test::TempDir folder;
  const auto no_file = run_program("", {"replay", "--recount", folder.path()});
  EXPECT_EQ(no_file.code, 1);
  EXPECT_THAT(no_file.err, testing::EndsWith("cannot read " + folder.path().string() + "\n"));
  EXPECT_EQ(no_file.out, "");
}

TEST(ReplayRecount, UnitsOfOneProductDoNotMakeUpForAnother) {
  EXPECT_EQ(
      recount({{"stock", "eu", "s", {{"a", 9}}}, {"purchased", "eu", "o-1", {{"b", 2}}}}).oversold_units, 2);
}

TEST(ReplayRecount, DoubtWidensOneSideOnly) {
  const Event sale{"purchased", "us", "o-4", {{"a", 1}}};
  auto events = with(sale);
  events.push_back({"unknown_purchase", "us", "o-5", {{"a", 7}}});
  EXPECT_EQ(recount(events).oversold_units, 1);
  events.push_back({"unknown_return", "us", "r-2", {{"a", 1}}});
  EXPECT_EQ(recount(events).oversold_units, 0);
}

TEST(ReplayRecount, AnAnswerToldTwiceCountsOnceAndMustBeTheSame) {
  EXPECT_TRUE(recount(with({"purchased", "eu", "o-1", {{"a", 6}}})).good());
  const auto counted = recount(with({"purchased", "eu", "o-1", {{"a", 5}}}));
  EXPECT_EQ(counted.contradictions.size(), 1U);
  EXPECT_FALSE(counted.good());
}

TEST(ReplayRecount, LedgersMustSayWhatTheAnswersSaid) {
  Ledgers ledgers{{"a", {{"eu", {6, 2, 0}}, {"us", {3, 0, 0}}}}, {"b", {{"us", {1, 0, 0}}}}};
  EXPECT_THAT(differences(recount(honest), ledgers), testing::IsEmpty());
  ledgers["a"]["us"].purchased = 4;
  EXPECT_THAT(differences(recount(honest), ledgers),
              testing::ElementsAre("us a: purchased 4 in the ledger, 3 answered"));
  const auto doubtful = recount(with({"unknown_purchase", "us", "o-9", {{"a", 1}}}));
  EXPECT_THAT(differences(doubtful, ledgers), testing::IsEmpty());
  ledgers["b"].clear();
  EXPECT_EQ(differences(recount(honest), ledgers).size(), 2U);
}

TEST(ReplayRecount, EventsAreReadAsTheyWereWritten) {
  for (const auto& event : honest) {
    const auto again = parse_event(event_text(event));
    ASSERT_TRUE(again);
    EXPECT_EQ(event_text(*again), event_text(event));
  }
  EXPECT_FALSE(parse_event("{}"));
  EXPECT_FALSE(parse_event(R"({"answer":"purchase","region":"eu","key":"x","lines":[]})"));
  EXPECT_FALSE(
      parse_event(R"({"answer":"stock","region":"eu","key":"x","lines":[{"sku":"a","quantity":-1}]})"));
}

}  // namespace
}  // namespace holdfast::cli::replay
