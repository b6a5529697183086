// The change feed: every event once, in order, only once it is durable, from wherever a consumer left off.
#include "node/feed.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "short_history.h"
#include "support/effort.h"
#include "support/kept_records.h"

namespace holdfast::test {
namespace {

constexpr EventCursor beginning{Position(0), 0};

// Until it is told nothing new.
void follow_on(TestRegion& shop, std::uint64_t consumer) {
  std::size_t before = 0;
  do {
    before = shop.told(consumer).size();
    shop.want(consumer);
  } while (shop.told(consumer).size() > before);
}

std::vector<Event> all_events(TestRegion& shop, std::uint64_t consumer) {
  EXPECT_TRUE(shop.follow(consumer, beginning));
  follow_on(shop, consumer);
  shop.node().close_feed(node::ConsumerId(consumer));
  return shop.told(consumer);
}

void sell(TestRegion& shop, const std::string& id) {
  shop.reserve(id, "W", 1);
  shop.purchase(id);
}

TEST(Feed, TellsAnEventOnceItIsDurableAndNotBefore) {
  TestRegion shop;
  shop.stock("W", 10);
  ASSERT_TRUE(shop.follow(1));
  shop.want(1);
  shop.hold_ledger();
  shop.submit(TestRegion::basket("a", "W", 1));
  EXPECT_TRUE(shop.told(1).empty());
  ASSERT_TRUE(shop.complete_append());
  EXPECT_EQ(shop.told(1).size(), 1u);
}

TEST(Feed, WithoutACursorBeginsNow) {
  TestRegion shop;
  shop.stock("W", 10);
  ASSERT_TRUE(shop.follow(1));
  follow_on(shop, 1);
  EXPECT_TRUE(shop.told(1).empty());
  sell(shop, "a");
  follow_on(shop, 1);
  EXPECT_EQ(shop.told(1).size(), 2u);
}

TEST(Feed, SaysHowFarACursorIsFromTheEndOfWhatIsDurable) {
  TestRegion shop;
  shop.stock("W", 10);
  ASSERT_TRUE(shop.follow(1));
  const auto at = shop.node().feed().reached(node::ConsumerId(1));
  ASSERT_TRUE(at);
  EXPECT_EQ(shop.node().feed().behind(*at).records, 0u);
  sell(shop, "a");
  const auto behind = shop.node().feed().behind(*at);
  EXPECT_EQ(behind.records, 2u);
  EXPECT_TRUE(behind.since);
  EXPECT_FALSE(shop.node().feed().behind(beginning).since) << "that is only in the journal";
}

TEST(Feed, GivesNoMoreThanAChunkBeforeMoreIsWanted) {
  TestRegion shop;
  shop.stock("W", 100'000);
  ASSERT_TRUE(shop.follow(1));
  shop.want(1);
  for (int i = 0; i < 50; ++i) sell(shop, "r" + std::to_string(i));
  EXPECT_EQ(shop.chunks(1), 1u) << "what was committed first";
  follow_on(shop, 1);
  EXPECT_EQ(shop.told(1).size(), 100u);
}

TEST(Feed, ReadsNothingFromTheLedgerForThoseWhoFollowClosely) {
  TestRegion shop;
  shop.stock("W", 1000);
  ASSERT_TRUE(shop.follow(1));
  for (int i = 0; i < 100; ++i) {
    shop.want(1);
    shop.reserve("r" + std::to_string(i), "W", 1);
  }
  EXPECT_EQ(shop.told(1).size(), 100u);
  EXPECT_EQ(shop.reads_done(), 0u);
}

TEST(Feed, ReadsOnceForAllWhoStandAtOnePlace) {
  TestRegion shop;
  shop.stock("W", 1000);
  sell(shop, "a");
  for (std::uint64_t consumer = 1; consumer <= 5; ++consumer) ASSERT_TRUE(shop.follow(consumer, beginning));
  shop.hold_ledger();
  for (std::uint64_t consumer = 1; consumer <= 5; ++consumer) shop.want(consumer);
  shop.release_ledger();
  const std::size_t reads = shop.reads_done();
  for (std::uint64_t consumer = 1; consumer <= 5; ++consumer) EXPECT_EQ(shop.told(consumer).size(), 1u);
  EXPECT_LE(reads, 2u) << "the boot's record, and the first that tells something";
}

TEST(Feed, ServesWhoFollowsCloselyAtEachCommitAndOfThoseBehindOneInTurn) {
  TestRegion shop;
  shop.stock("W", 100'000);
  for (int i = 0; i < 2'000; ++i) sell(shop, "r" + std::to_string(i));
  ASSERT_TRUE(shop.follow(1));
  shop.want(1);
  shop.hold_ledger();
  shop.submit(TestRegion::basket("begins", "W", 1));
  for (const std::uint64_t consumer : {2, 3})
    ASSERT_TRUE(shop.follow(consumer, EventCursor{Position(100), 0}));
  shop.want(2);
  ASSERT_TRUE(shop.follow(4, EventCursor{Position(200), 0}));
  shop.want(4);
  EXPECT_EQ(shop.told(2).size() + shop.told(4).size(), 0u) << "shoppers wait for the disk";
  std::size_t chunks = 0;
  for (int commit = 1; commit <= 12; ++commit) {
    shop.submit(TestRegion::basket("more" + std::to_string(commit), "W", 1));
    while (shop.complete_read()) {
    }
    ASSERT_TRUE(shop.complete_append());
    const std::size_t now = shop.chunks(2) + shop.chunks(4);
    EXPECT_LE(now, chunks + 1);
    chunks = now;
    shop.node().want_events(node::ConsumerId(1));
    shop.node().want_events(node::ConsumerId(2));
    shop.node().want_events(node::ConsumerId(4));
  }
  EXPECT_EQ(shop.told(1).size(), 12u) << "one at each commit";
  EXPECT_GE(shop.chunks(2), 2u);
  EXPECT_GE(shop.chunks(4), 2u);
}

TEST(Feed, CutsLongBasketsAndLargeImportsIntoPieces) {
  TestRegion shop;
  request::Import import{.key = "i"};
  for (int i = 0; i < 5'000; ++i)
    import.lines.push_back(
        {.line = static_cast<std::uint64_t>(i) + 2, .sku = "s" + std::to_string(i), .quantity = Units(100)});
  ASSERT_TRUE(shop.ask(import));
  Few<Line> lines;
  for (int i = 0; i < 1'000; ++i) lines.push_back({"s" + std::to_string(i), Units(1)});
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(shop.ask(TestRegion::basket("r" + std::to_string(i), lines)));
  EXPECT_EQ(all_events(shop, 1).size(), 5'020u);
  EXPECT_GE(shop.chunks(1), 5'000 / 600 + 20 / 6u);
}

TEST(Feed, GoesOnAfterAnyEventWithTheNextOne) {
  TestRegion shop;
  shop.stock("W", 1000);
  shop.reserve("old", "W", 1);
  auto replacing = TestRegion::basket("new", "W", 2);
  replacing.replaces = "old";
  shop.ask(replacing);
  for (int i = 0; i < 20; ++i) sell(shop, "r" + std::to_string(i));
  const std::vector<Event> all = all_events(shop, 1);
  ASSERT_EQ(all.size(), 44u);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i % 7 == 0) shop.crash();
    ASSERT_TRUE(shop.follow(100 + i, all[i].next));
    follow_on(shop, 100 + i);
    EXPECT_EQ(shop.told(100 + i),
              std::vector<Event>(all.begin() + static_cast<std::ptrdiff_t>(i) + 1, all.end()));
    shop.node().close_feed(node::ConsumerId(100 + i));
  }
}

// Whatever happens in between: shoppers, crashes of the daemon, a consumer that pauses or comes again.
TEST(Feed, TellsEveryEventOnceOverRandomHistories) {
  for (std::uint64_t seed = 1; seed <= tries(6U); ++seed) {
    Random random(seed);
    TestRegion shop;
    shop.stock("W", 100'000);
    std::uint64_t consumer = 2;
    EventCursor cursor = *shop.follow(consumer, beginning);
    std::vector<Event> told;
    const auto gone = [&](bool with_daemon) {
      told.insert(told.end(), shop.told(consumer).begin(), shop.told(consumer).end());
      if (!shop.told(consumer).empty()) cursor = shop.told(consumer).back().next;
      if (with_daemon)
        shop.crash();
      else
        shop.node().close_feed(node::ConsumerId(consumer));
      ASSERT_TRUE(shop.follow(++consumer, cursor));
    };
    for (int i = 0; i < 300; ++i) {
      const std::string id = std::to_string(i);
      shop.reserve(id, "W", 1);
      if (random.one_in(2)) shop.purchase(id);
      if (random.one_in(3)) shop.want(consumer);
      if (random.one_in(60)) shop.wait(Millis(700'000));
      if (random.one_in(15)) gone(random.one_in(2));
    }
    follow_on(shop, consumer);
    gone(true);
    EXPECT_EQ(told, all_events(shop, 1)) << "seed " << seed;
  }
}

TEST(Feed, RefusesACursorThatIsAheadOfTheJournal) {
  TestRegion shop;
  shop.stock("W", 10);
  const Position durable = shop.node().durable();
  EXPECT_TRUE(shop.follow(1, EventCursor{durable.next(), 0}));
  EXPECT_FALSE(shop.follow(2, EventCursor{durable.next(), 1}));
  EXPECT_FALSE(shop.follow(3, EventCursor{durable.next().next(), 0}));
}

void let_history_go(TestRegion& shop, const std::string& mark) {
  shop.wait(a_day_and_more);
  for (int i = 0; i < 60; ++i) sell(shop, mark + std::to_string(i));
}

TEST(Feed, KeepsHistoryForAConsumerThatIsThereAndSaysSo) {
  TestRegion shop("eu", {}, short_history());
  shop.stock("W", 100'000);
  for (int i = 0; i < 60; ++i) sell(shop, "first" + std::to_string(i));
  ASSERT_TRUE(shop.follow(1, beginning));
  shop.want(1);
  const Position stands_at = shop.told(1).back().next.record;
  let_history_go(shop, "second");
  EXPECT_LE(oldest(shop), stands_at);
  const auto notices = shop.node().take_notices();
  EXPECT_EQ(
      std::ranges::count_if(notices, [](const auto& one) { return one.text.contains("consumer of events"); }),
      1);
  follow_on(shop, 1);
  EXPECT_EQ(shop.told(1).size(), 241u);
}

TEST(Feed, RefusesACursorOlderThanTheHistory) {
  TestRegion shop("eu", {}, short_history());
  shop.stock("W", 100'000);
  for (int i = 0; i < 60; ++i) sell(shop, "first" + std::to_string(i));
  ASSERT_TRUE(shop.follow(1, beginning));
  shop.want(1);
  const EventCursor cursor = shop.told(1).front().next;
  shop.node().close_feed(node::ConsumerId(1));
  let_history_go(shop, "second");
  let_history_go(shop, "third");
  ASSERT_GT(oldest(shop), cursor.record);
  EXPECT_FALSE(shop.follow(2, cursor));
  EXPECT_TRUE(shop.follow(3, beginning));
  follow_on(shop, 3);
  EXPECT_FALSE(shop.told(3).empty());
  EXPECT_TRUE(shop.lost_consumers.empty());
}

// A feed alone, of a journal of 100 records; what it asks of the ledger is answered by hand.
struct BareFeed final : node::LedgerPort, node::FeedPort {
  void append(node::JournalAppend) override {}
  void read(Position at) override { asked.push_back(at); }
  void events(std::span<const node::ConsumerId>, std::span<const Event>) override {}
  void lost(node::ConsumerId consumer) override { lost_consumers.push_back(consumer); }

  void want(std::uint64_t consumer) { feed.want(node::ConsumerId(consumer), node::Disk::idle); }
  void commit_what_tells_nothing(std::size_t records, std::size_t rows = 0) {
    const std::unique_ptr<RecordBatch> made = kept_records();
    Record record;
    for (std::size_t i = 0; i < rows; ++i) record.rows.push_back({});
    for (std::size_t i = 0; i < records; ++i) made->add(Record(record));
    feed.committed(newest.next(), {&made, 1}, node::Disk::busy);
    newest = Position(newest.value() + records);
  }

  State state{{"eu", {1, 1}}, 1};
  Position newest{100};
  node::Feed feed{state, *this, this, newest};
  std::vector<Position> asked;
  std::vector<node::ConsumerId> lost_consumers;
};

TEST(Feed, TellsAConsumerWhoseNextRecordIsGoneAndNoOther) {
  BareFeed bare;
  ASSERT_TRUE(bare.feed.open(node::ConsumerId(1), EventCursor{Position(5), 0}));
  ASSERT_TRUE(bare.feed.open(node::ConsumerId(2), EventCursor{Position(7), 0}));
  bare.want(1);
  bare.want(2);
  ASSERT_EQ(bare.asked, (std::vector{Position(5), Position(7)}));
  bare.feed.lost(Position(5));
  EXPECT_EQ(bare.lost_consumers, std::vector{node::ConsumerId(1)});
  EXPECT_EQ(bare.feed.oldest(), Position(7));
  bare.feed.lost(Position(5));
  EXPECT_EQ(bare.lost_consumers.size(), 1u) << "what nobody asked for any more";
}

TEST(Feed, KeepsOfWhatWasCommittedOnlyTheNewestRecordsForWhoIsSlow) {
  BareFeed bare;
  for (const std::uint64_t consumer : {1, 2}) ASSERT_TRUE(bare.feed.open(node::ConsumerId(consumer), {}));
  for (int batch = 0; batch < 2; ++batch) bare.commit_what_tells_nothing(8192);
  bare.want(1);
  EXPECT_TRUE(bare.asked.empty());
  bare.commit_what_tells_nothing(8192);
  bare.want(2);
  EXPECT_EQ(bare.asked, std::vector{Position(101)});
}

// An import is one record, of millions of rows.
TEST(Feed, KeepsOfLargeRecordsTheNewestOnly) {
  BareFeed bare;
  for (const std::uint64_t consumer : {1, 2}) ASSERT_TRUE(bare.feed.open(node::ConsumerId(consumer), {}));
  bare.commit_what_tells_nothing(1, 10'000);
  bare.want(1);
  EXPECT_TRUE(bare.asked.empty());
  bare.commit_what_tells_nothing(1, 10'000);
  bare.want(2);
  EXPECT_EQ(bare.asked, std::vector{Position(101)});
}

// By the next commit it would be gone again.
TEST(Feed, GivesWhatWasReadForOneWhoIsBehindAtOnceHoweverBusyTheDiskIs) {
  BareFeed bare;
  const node::ConsumerId behind(1);
  ASSERT_TRUE(bare.feed.open(behind, EventCursor{Position(1), 0}));
  bare.feed.want(behind, node::Disk::busy);
  bare.commit_what_tells_nothing(20'000);
  ASSERT_EQ(bare.asked, std::vector{Position(1)});
  bare.feed.read(Position(1), Position(1), std::vector<Record>(100), node::Disk::busy);
  EXPECT_GT(bare.feed.reached(behind)->record, Position(100));
}

}  // namespace
}  // namespace holdfast::test
