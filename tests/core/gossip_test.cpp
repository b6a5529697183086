// Anti-entropy and summaries: what one session sends, and what its receiver makes of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/anti_entropy.h"
#include "core/limits.h"
#include "support/shop.h"

namespace holdfast::test {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t plenty = std::size_t{1} << 20;
constexpr std::size_t few_rows = 1000;  // bytes: some seven of them in ranges, three of the newest

std::size_t rows_in(const message::Rows& message, bool with_range) {
  std::size_t rows = 0;
  for (const auto& section : message.sections)
    if (section.range.has_value() == with_range) rows += section.rows.size();
  return rows;
}

bool is_vector(const Message& message) { return std::holds_alternative<message::VersionVector>(message); }

// A session of region eu, which has forty rows of its own and one of us, with ap.
class Gossip : public testing::Test {
 protected:
  Gossip() : shop(Peers{"us", "ap"}) {
    shop.link("us");
    shop.hear("us", {{"from-us", 5}});
    for (int i = 0; i < 40; ++i) shop.adjust("sku-" + std::to_string(i), 1);
    shop.link("ap");
    session.peer = *shop.state().replicas().of_region("ap");
  }
  std::optional<message::Rows> next(std::size_t bytes = plenty) {
    return next_gossip(shop.state(), session, bytes);
  }
  // Of which regions rows are sent to ap while it says that of itself, for a second or so many tenths.
  std::vector<std::string> told_to(const message::VersionVector& vector, int tenths = 10) {
    std::vector<std::string> told;
    for (int beat = 0; beat < tenths; ++beat) {
      shop.sleep(100ms);
      shop.step(input::Received{LinkId(2), vector});
      shop.step(input::Tick{});
      for (const Message& message : shop.sent())
        if (const auto* rows = std::get_if<message::Rows>(&message))
          for (const auto& section : rows->sections) told.push_back(rows->replicas[section.replica].region);
    }
    return told;
  }
  Shop shop;
  Session session;
};

TEST_F(Gossip, says_nothing_before_the_peer_has_said_where_it_stands) {
  EXPECT_FALSE(next());
  session.vector_heard = true;
  EXPECT_TRUE(next());
}

// Each range is looked for behind the last one; where its last row has changed since, from both ends.
TEST_F(Gossip, ranges_follow_each_other_though_the_row_that_one_ended_with_has_changed) {
  session.vector_heard = true;
  std::map<Version, std::string> sent;
  Version told;
  for (int round = 0; round < 30; ++round) {
    const auto rows = next(few_rows);
    if (!rows) break;
    for (const auto& section : rows->sections) {
      if (!section.range || rows->replicas[section.replica].region != "eu") continue;
      EXPECT_EQ(section.range->from, told);
      told = section.range->to;
      for (const message::WireRow& row : section.rows) sent[row.row.version] = row.sku;
      if (round % 2 == 0 && !section.rows.empty()) shop.adjust(section.rows.back().sku, 1);
    }
    session.rows_acknowledged = session.rows_sent;
  }
  EXPECT_EQ(told, shop.state().replicas().version(self));
  const Stock& stock = shop.state().stock();
  for (auto sku = stock.oldest(self); sku; sku = stock.newer(self, *sku))
    EXPECT_EQ(sent[stock.row(self, *sku).version], stock.name(*sku));
}

// A full queue drops messages, and neither side would ever speak of rows.
TEST_F(Gossip, a_first_vector_that_was_lost_is_said_again_to_a_peer_that_says_so) {
  const auto vectors_after_a_beat = [&](bool needs_vector) {
    message::Heartbeat beat;
    beat.needs_vector = needs_vector;
    shop.pass(1s);
    shop.step(input::Received{LinkId(2), beat});
    shop.step(input::Tick{});
    return std::ranges::count_if(shop.sent(), is_vector);
  };
  EXPECT_EQ(vectors_after_a_beat(false), 0);
  EXPECT_EQ(vectors_after_a_beat(true), 1);
}

TEST_F(Gossip, rows_that_come_close_together_are_acknowledged_together) {
  shop.pass(1s);
  const auto vectors_after_rows_each = [&](Millis interval) {
    std::ptrdiff_t vectors = 0;
    for (int n = 0; n < 24; ++n) {
      shop.hear("us", {{"sku-" + std::to_string(n), 5}});
      shop.sleep(interval);
      shop.step(input::Tick{});
      vectors += std::ranges::count_if(shop.last().outbound, [](const Outbound& outbound) {
        const auto* send = std::get_if<output::Send>(&outbound);
        return send != nullptr && send->link == LinkId(1) && is_vector(*send->message);
      });
    }
    return vectors;
  };
  EXPECT_EQ(vectors_after_rows_each(5ms), 24 / 4) << "one in 20 ms";
  EXPECT_EQ(vectors_after_rows_each(1ms), 24 / 8) << "or after eight, a quarter of what may be under way";
  EXPECT_EQ(vectors_after_rows_each(100ms), 24);
}

TEST_F(Gossip, tells_all_that_the_peer_lacks_once_third_parties_rows_too) {
  session.vector_heard = true;
  const auto rows = next();
  ASSERT_TRUE(rows);
  EXPECT_EQ(rows_in(*rows, true), 41u);
  EXPECT_EQ(rows_in(*rows, false), 0u);
  EXPECT_FALSE(next());
}

TEST_F(Gossip, ends_a_range_at_its_last_row_where_the_budget_does_and_goes_on_from_there) {
  session.vector_heard = true;
  const auto first = next(few_rows);
  ASSERT_TRUE(first && first->sections[0].range);
  EXPECT_EQ(first->sections[0].range->to, first->sections[0].rows.back().row.version);
  EXPECT_LT(first->sections[0].range->to, Version(40));
  const auto second = next(few_rows);
  ASSERT_TRUE(second && second->sections[0].range);
  EXPECT_EQ(second->sections[0].range->from, first->sections[0].range->to);
}

TEST_F(Gossip, a_quarter_of_the_budget_goes_to_the_newest_rows_of_all_writers_each_once) {
  session.vector_heard = true;
  const auto first = next(few_rows);
  ASSERT_TRUE(first);
  EXPECT_GT(rows_in(*first, true), rows_in(*first, false));
  std::vector<std::string> newest;
  for (const auto& section : first->sections)
    if (!section.range)
      for (const auto& row : section.rows) newest.push_back(row.sku);
  EXPECT_THAT(newest, testing::Contains("sku-39"));
  EXPECT_THAT(newest, testing::Contains("from-us"));
  const auto second = next(few_rows);
  ASSERT_TRUE(second);
  EXPECT_EQ(rows_in(*second, false), 0u);
}

message::VersionVector vector_of(const std::string& region, std::optional<std::uint64_t> beyond,
                                 Version known = {}) {
  message::VersionVector vector;
  vector.entries = {{{region, {1, 1}}, known, beyond, false}};
  vector.rows_seen = 99;
  return vector;
}

// What is said among many who are all linked would grow with the cube of their number.
TEST_F(Gossip, rows_of_a_writer_whom_the_peer_hears_itself_are_not_passed_on) {
  const auto told = told_to(vector_of("us", std::nullopt), 2);
  EXPECT_THAT(told, testing::Contains("eu"));
  EXPECT_THAT(told, testing::Not(testing::Contains("us")));
}

TEST_F(Gossip, rows_of_a_writer_whom_the_peer_heard_itself_are_passed_on_once_it_does_no_more) {
  told_to(vector_of("us", std::nullopt), 1);
  EXPECT_THAT(told_to(vector_of("us", 0), 1), testing::Contains("us"));
}

// A link may be dead before anybody notices. Then they are for a while, so that it need not fall behind anew
// each time.
TEST_F(Gossip, rows_of_a_writer_are_passed_on_to_who_says_that_it_lacks_them_for_longer_than_a_round_trip) {
  EXPECT_THAT(told_to(vector_of("us", std::nullopt), 5), testing::Contains("us"));
  auto known = vector_of("us", std::nullopt, Version(1));
  told_to(known, 1);
  shop.hear("us", {{"from-us", 6}});
  EXPECT_THAT(told_to(known, 2), testing::Contains("us"));
  known.entries[0].version = Version(2);
  for (int second = 0; second < 6; ++second) told_to(known);
  shop.hear("us", {{"from-us", 7}});
  EXPECT_THAT(told_to(known, 2), testing::Not(testing::Contains("us")));
}

// The vector in which it says so may be lost: its heartbeats say it, too.
TEST_F(Gossip, a_peer_that_has_lost_a_link_and_does_not_say_so_is_asked_where_it_stands) {
  told_to(vector_of("us", std::nullopt, Version(1)), 1);
  const auto asks_after = [&](const message::Heartbeat& beat) {
    shop.step(input::Received{LinkId(2), beat});
    shop.sleep(1s);
    shop.step(input::Tick{});
    return std::ranges::any_of(shop.last().outbound, [](const Outbound& outbound) {
      const auto* send = std::get_if<output::Send>(&outbound);
      if (send == nullptr || send->link != LinkId(2)) return false;
      const auto* said = std::get_if<message::Heartbeat>(&*send->message);
      return said != nullptr && said->needs_vector;
    });
  };
  message::Heartbeat beat;
  beat.heard = {{"us", 100}};
  EXPECT_FALSE(asks_after(beat));
  beat.apart = 1;
  EXPECT_TRUE(asks_after(beat));
  shop.step(input::Received{LinkId(2), vector_of("us", 0, Version(1))});
  EXPECT_FALSE(asks_after(beat));
  shop.step(input::Received{LinkId(2), vector_of("us", std::nullopt, Version(1))});
  beat.heard.clear();
  EXPECT_TRUE(asks_after(beat));
}

// What it never acknowledges was sent again after each of its vectors, for ever.

TEST_F(Gossip, of_a_writer_that_the_peer_distrusts_it_is_sent_nothing) {
  message::VersionVector vector;
  vector.entries = {{{"us", {1, 1}}, Version{}, std::nullopt, true}};
  vector.rows_seen = 99;
  const auto told = told_to(vector);
  EXPECT_THAT(told, testing::SizeIs(testing::Ge(10)));
  EXPECT_THAT(told, testing::Each("eu"));
}

TEST_F(Gossip, a_peer_that_knows_as_many_replicas_as_may_be_is_sent_nothing_of_another) {
  message::VersionVector vector;
  vector.entries = {{{"eu", {1, 1}}, Version{}, std::nullopt, false}};
  for (std::uint64_t lives = 1; vector.entries.size() < limits::replicas_max; ++lives)
    vector.entries.push_back({{"ap", {lives, 1}}, Version{}, std::nullopt, false});
  vector.rows_seen = 99;
  const auto told = told_to(vector);
  EXPECT_THAT(told, testing::SizeIs(testing::Ge(10)));
  EXPECT_THAT(told, testing::Each("eu"));
}

TEST_F(Gossip, who_distrusts_a_writer_says_so) {
  const auto entry_of_us = [&] {
    for (const auto& entry : own_vector(shop.state(), Memory(config_of("eu")), session).entries)
      if (entry.replica.region == "us") return entry;
    return message::VersionVector::Entry{};
  };
  EXPECT_FALSE(entry_of_us().is_distrusted);
  message::Rows rows;
  rows.number = 2;
  rows.replicas = {{"us", {1, 1}}};
  message::WireRow row;  // another content of the version that is known
  row.sku = "from-us";
  row.row.received = Units(6);
  row.row.version = Version(1);
  rows.sections = {{0, std::nullopt, {row}}};
  shop.step(input::Received{LinkId(1), rows});
  EXPECT_TRUE(entry_of_us().is_distrusted);
}

TEST_F(Gossip, no_range_reaches_beyond_the_senders_own_vector) {
  message::Rows ahead;  // us pushes a row of version 9, and what came before it is not known here
  ahead.number = 2;
  ahead.replicas = {{"us", {1, 1}}};
  message::WireRow row;
  row.sku = "pushed";
  row.row.received = Units(1);
  row.row.version = Version(9);
  ahead.sections = {{0, std::nullopt, {row}}};
  shop.step(input::Received{LinkId(1), ahead});
  session.vector_heard = true;
  const auto rows = next();
  ASSERT_TRUE(rows);
  for (const auto& section : rows->sections)
    if (rows->replicas[section.replica].region == "us") {
      EXPECT_EQ(section.range->to, Version(1));
      EXPECT_EQ(section.rows.size(), 1u);
    }
}

TEST_F(Gossip, what_a_peer_acknowledged_belongs_to_one_session) {
  const auto acknowledge = [&](std::uint64_t link, std::uint64_t version) {
    message::VersionVector vector;
    vector.entries = {{config_of("eu").own, Version(version)}};
    shop.step(input::Received{LinkId(link), vector});
  };
  const auto told = [&] {
    shop.sleep(50ms);
    shop.step(input::Tick{});
    for (const Message& message : shop.sent())
      if (const auto* rows = std::get_if<message::Rows>(&message)) return rows_in(*rows, true);
    return std::size_t{0};
  };
  acknowledge(2, 40);
  EXPECT_EQ(told(), 1u);  // of us
  shop.step(input::LinkDown{LinkId(2)});
  PeerVoice again("ap", LinkId(3));
  shop.step(again.handshake("shop"));
  acknowledge(3, 30);  // it was restored, or never had them
  EXPECT_EQ(told(), 11u);
}

TEST_F(Gossip, a_vector_does_not_move_over_a_gap_and_the_rows_are_taken_in_any_case) {
  message::Rows gap;
  gap.number = 2;
  gap.replicas = {{"us", {1, 1}}};
  message::WireRow row;
  row.sku = "late";
  row.row.received = Units(1);
  row.row.version = Version(8);
  gap.sections = {{0, record::VersionRange{Version(5), Version(8)}, {row}}};
  shop.step(input::Received{LinkId(1), gap});
  const ReplicaIx writer = *shop.state().replicas().of_region("us");
  EXPECT_EQ(shop.state().replicas().version(writer), Version(1));
  EXPECT_TRUE(shop.state().stock().find("late"));
}

TEST_F(Gossip, of_two_rows_of_one_sku_in_one_section_none_is_taken) {
  message::Rows twice;
  twice.number = 2;
  twice.replicas = {{"us", {1, 1}}};
  message::WireRow row;
  row.sku = "twice";
  row.row.received = Units(5);
  row.row.version = Version(2);
  message::WireRow shrunk = row;
  shrunk.row.received = Units(3);
  shrunk.row.version = Version(3);
  twice.sections = {{0, std::nullopt, {row, shrunk}}};
  shop.step(input::Received{LinkId(1), twice});
  EXPECT_FALSE(shop.state().stock().find("twice"));
}

// Summaries.

message::Summary summary_of(const std::string& region, std::uint64_t made_ms, std::uint64_t number) {
  message::Summary summary;
  summary.replica = {region, {made_ms, 1}};
  summary.number = number;
  return summary;
}

std::vector<message::Summary> summaries_in(const std::vector<Message>& messages) {
  std::vector<message::Summary> found;
  for (const Message& message : messages)
    if (const auto* summary = std::get_if<message::Summary>(&message)) found.push_back(*summary);
  return found;
}

TEST(Summaries, of_third_regions_are_told_to_whoever_links_later) {
  Shop shop(Peers{"us", "ap"});
  shop.link("us");
  shop.step(input::Received{LinkId(1), summary_of("us", 1, 7)});
  shop.link("ap");
  EXPECT_THAT(summaries_in(shop.sent()), testing::Contains(summary_of("us", 1, 7)));
}

TEST(Summaries, of_an_older_incarnation_or_an_older_number_do_not_replace_newer_ones) {
  Shop shop(Peers{"us", "ap"});
  shop.link("us");
  shop.link("ap");
  shop.step(input::Received{LinkId(1), summary_of("us", 5, 7)});
  EXPECT_EQ(summaries_in(shop.sent()).size(), 1u);  // passed on to ap
  for (const auto& old : {summary_of("us", 4, 9), summary_of("us", 5, 6), summary_of("us", 5, 7)}) {
    shop.step(input::Received{LinkId(1), old});
    EXPECT_EQ(summaries_in(shop.sent()).size(), 0u);
  }
}

TEST(Summaries, tell_of_alarms) {
  Shop shop(Peers{"us"});
  shop.link("us");
  shop.step(input::Received{LinkId(1), message::VersionVector{{{config_of("eu").own, Version(9)}}, 0}});
  std::vector<std::string> alarms;
  for (int i = 0; i < 100 && alarms.empty(); ++i) {
    shop.sleep(50ms);
    shop.step(input::Tick{});
    for (const message::Summary& summary : summaries_in(shop.sent())) alarms = summary.alarms;
  }
  EXPECT_THAT(alarms, testing::ElementsAre("fenced"));
}

// More than any peer would take for a number.
TEST(Summaries, tell_of_no_greater_sum_than_peers_take) {
  Shop shop(Peers{"us"});
  Record stock;
  for (std::uint32_t sku = 0; sku < 200; ++sku) {
    stock.new_skus.push_back({SkuId(sku), "sku-" + std::to_string(sku)});
    RowChange& row = stock.rows.emplace_back();
    row.sku = SkuId(sku);
    row.received = limits::field_units_max;
  }
  for (std::size_t i = 0; i < stock.rows.size(); ++i)
    stock.rows[i].version = Version(shop.state().replicas().version(self).value() + 1 + i);
  shop.replica().state().apply(stock);
  ASSERT_EQ(shop.state().stock().rights_total(self).within(limits::told_sum_max), limits::told_sum_max);
  shop.link("us");
  std::vector<message::Summary> told;
  for (int i = 0; i < 100 && told.empty(); ++i) {
    shop.sleep(50ms);
    shop.step(input::Tick{});
    told = summaries_in(shop.sent());
  }
  ASSERT_FALSE(told.empty());
  EXPECT_EQ(told.front().rights, limits::told_sum_max);
}

TEST(Summaries, stop_when_a_region_is_idle) {
  Shop shop(Peers{"us"});
  shop.link("us");
  shop.adjust("a", 5);
  shop.reserve("r", {{"a", 1}});
  shop.purchase("r");
  shop.pass(400s);
  for (int i = 0; i < 100; ++i) {
    shop.sleep(50ms);
    shop.step(input::Tick{});
    EXPECT_EQ(summaries_in(shop.sent()).size(), 0u);
  }
}

}  // namespace
}  // namespace holdfast::test
