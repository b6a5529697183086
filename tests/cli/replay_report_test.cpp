#include "cli/replay_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::cli::replay {
namespace {

using testing::HasSubstr;
using testing::Not;

// Two regions: eu began with 10 units of a and gave 3 to us, which began with none.
struct Story {
  std::vector<Event> events{{"stock", "eu", "s", {{"a", 10}}},
                            {"purchased", "eu", "o-1", {{"a", 5}}},
                            {"purchased", "us", "o-2", {{"a", 2}}},
                            {"returned", "eu", "r-3-o-1", {{"a", 1}}},
                            {"written_off", "us", "w-4", {{"a", 1}}}};
  Ledgers ledgers{{"a", {{"eu", {5, 1, 3}}, {"us", {2, 0, 0}}}}};
  Report report{{"eu", "us"}, {Tally(), Tally()}, 7, 1, 0, 61'000};

  Story() {
    auto& eu = report.tallies[0];
    eu.sold = 1;
    eu.returned = 1;
    eu.units_wanted = 5;
    eu.units_sold = 5;
    eu.units_returned = 1;
    eu.reserve_us = {400, 800};
    auto& us = report.tallies[1];
    us.sold = us.sold_in_part = 1;
    us.refused = {{"sold_out", 1}, {"short", 1}};
    us.written_off = us.units_written_off = 1;
    us.units_wanted = 12;
    us.units_sold = 2;
    us.reserve_us = {12'000};
  }
  [[nodiscard]] std::string text() const { return report_text(report, recount(events), ledgers, false); }
};

TEST(ReplayReport, SaysWhatBecameOfEveryLineAndWhatWasRecounted) {
  EXPECT_EQ(Story().text(), R"(                             eu    us    all
lines sold                    1     1      2
  of them in part             0     1      1
lines refused: short          0     1      1
lines refused: sold_out       0     1      1
lines returned                1     0      1
lines returns_unmatched       0     0      0
lines written off             0     1      1
units wanted                  5    12     17
units sold                    5     2      7
units returned                1     0      1
units written off             0     1      1
transfers: units in, net     -3     3
reserve p50               0.4ms  12ms  0.8ms
reserve p99               0.4ms  12ms  0.8ms
took 1m 01s

short: the rest of the order was sold, of this line nothing was left
7 lines = 2 sold + 2 refused + 1 returned
  + 0 returns_unmatched + 1 written off + 1 skipped (1 not goods, 0 bad)
recounted from the answers alone: 1 SKUs, stock 10
  = purchased 7 - returned 1 + written off 1 + left 3
the ledgers of all regions say the same
oversold_units 0
)");
}

TEST(ReplayReport, SaysTheSameToPrograms) {
  const Story story;
  const json::value said = report_json(story.report, recount(story.events), story.ledgers);
  EXPECT_EQ(number(said, "lines"), 7);
  EXPECT_EQ(number(said, "not_goods"), 1);
  EXPECT_EQ(number(said, "not_accounted_for"), 0);
  EXPECT_EQ(number(said, "took_ms"), 61'000);
  EXPECT_EQ(number(said, "oversold_units"), 0);
  EXPECT_EQ(number(at(said, "all"), "units_sold"), 7);
  EXPECT_EQ(written(at(at(said, "all"), "lines_refused")), R"({"short":1,"sold_out":1})");
  ASSERT_EQ(list(said, "regions").size(), 2U);
  EXPECT_EQ(text(list(said, "regions")[0], "region"), "eu");
  EXPECT_EQ(number(list(said, "regions")[0], "transfers_in"), -3);
  EXPECT_EQ(
      written(at(said, "recount")),
      R"({"skus":1,"stock":10,"purchased":7,"returned":1,"written_off":1,"left":3,"unknown_purchased":0,)"
      R"("unknown_returned":0,"contradictions":[],"oversold":{},"oversold_units":0})");
  EXPECT_TRUE(list(said, "differences").empty());
}

TEST(ReplayReport, ALineThatNobodyAccountsForIsShown) {
  Story story;
  ++story.report.lines;
  EXPECT_EQ(missing_lines(story.report), 1);
  EXPECT_THAT(story.text(), HasSubstr("NOT ACCOUNTED FOR: 1 lines\n"));
}

TEST(ReplayReport, ALedgerThatSaysAnotherNumberIsShown) {
  Story story;
  story.ledgers["a"]["us"].purchased = 3;
  EXPECT_THAT(story.text(), HasSubstr("DIFFERENT us a: purchased 3 in the ledger, 2 answered\n"));
  EXPECT_THAT(story.text(), Not(HasSubstr("say the same")));
}

TEST(ReplayReport, WithoutLedgersItSaysWhatTheAnswersSaidAndWhyThereIsNoMore) {
  Story story;
  story.ledgers.clear();
  story.report.no_ledgers = "us (http://b): no answer";
  EXPECT_THAT(story.text(), HasSubstr("units sold                   5     2      7\n"));
  EXPECT_THAT(story.text(),
              HasSubstr("\nNO LEDGERS to compare with: us (http://b): no answer\noversold_units 0\n"));
  EXPECT_THAT(story.text(), Not(HasSubstr("transfers")));
  const json::value said = report_json(story.report, recount(story.events), story.ledgers);
  EXPECT_TRUE(at(said, "differences").is_null());
  EXPECT_TRUE(at(list(said, "regions")[0], "transfers_in").is_null());
}

TEST(ReplayReport, AnUnansweredSaleIsNamedAsDoubt) {
  Story story;
  story.events.push_back({"unknown_purchase", "us", "o-9", {{"a", 4}}});
  EXPECT_THAT(story.text(), HasSubstr("perhaps also done: purchases of 4 units, returns of 0\n"));
}

}  // namespace
}  // namespace holdfast::cli::replay
