// The five honest answers: every row of the table, against the table written down once more.
#include "core/shortage.h"

#include <gtest/gtest.h>

#include <chrono>

#include "support/effort.h"
#include "support/shop.h"

namespace holdfast::test {
namespace {

using namespace std::chrono_literals;

struct Known {
  int here, up, cut, reserved;
  bool never_heard, closed;
};

// As the documentation has it, line by line.
std::string by_the_table(int wanted, const Known& known) {
  if (wanted <= known.here) return "served";
  if (wanted <= known.here + known.up) return "insufficient_here";
  if (!known.closed) return "insufficient_here";
  if (known.never_heard) return "rights_unreachable";
  if (known.cut > 0) return "rights_unreachable";
  const int all = known.here + known.up + known.reserved;
  if (wanted <= all) return "all_reserved";
  if (all > 0) return "not_enough";
  return "sold_out";
}

TEST(Shortage, every_row_of_the_table) {
  int cases = 0;
  for (int mask = 0; mask < 4 * 4 * 4 * 4 * 2 * 2; ++mask) {
    const Known known{mask % 4,      mask / 4 % 4,        mask / 16 % 4,
                      mask / 64 % 4, mask / 256 % 2 == 1, mask / 512 == 1};
    const Supply supply{Units(known.here), Units(known.up),       Units(known.cut),
                        known.never_heard, Units(known.reserved), known.closed};
    for (int wanted = 1; wanted <= 14; ++wanted, ++cases) {
      const auto code = shortage(Units(wanted), supply);
      ASSERT_EQ(code ? name(*code) : std::string("served"), by_the_table(wanted, known));
    }
    ASSERT_EQ(sold_out_everywhere(supply), by_the_table(known.here + 1, known) == "sold_out");
  }
  EXPECT_EQ(cases, 14'336);
}

TEST(Shortage, of_several_lines_the_worst_speaks) {
  const std::vector<RefusalCode> worst_first{RefusalCode::sold_out, RefusalCode::not_enough,
                                             RefusalCode::rights_unreachable, RefusalCode::all_reserved,
                                             RefusalCode::insufficient_here};
  for (std::size_t i = 0; i < worst_first.size(); ++i)
    for (std::size_t j = i; j < worst_first.size(); ++j) {
      EXPECT_EQ(worse(worst_first[i], worst_first[j]), worst_first[i]);
      EXPECT_EQ(worse(worst_first[j], worst_first[i]), worst_first[i]);
    }
}

TEST(Shortage, names_the_short_skus_only_with_what_is_known_of_each) {
  Shop shop(Peers{"us"});
  shop.link("us");
  shop.hear("us", {{"a", 10, 0, 4}});
  shop.adjust("a", 2);
  shop.adjust("b", 9);
  shop.reserve("r", {{"a", 1}});
  const Answer answer = shop.ask(reserve("r2", {{"b", 1}, {"a", 5}}));
  ASSERT_EQ(said(answer), "insufficient_here");
  ASSERT_EQ(answer.error().shortage.size(), 1u);
  const ShortLine& line = answer.error().shortage[0];
  EXPECT_EQ(line.sku, "a");
  EXPECT_EQ(line.requested, Units(5));
  EXPECT_EQ(line.available_here, Units(1));
  EXPECT_EQ(line.reserved_here, Units(1));
  EXPECT_EQ(line.elsewhere_estimate, Units(6));
  EXPECT_EQ(line.as_of, shop.now().wall);
}

// Each of the five from one shop, as the world around it changes.
TEST(Shortage, each_of_the_five_from_one_shop) {
  Shop shop(Peers{"us"});
  shop.adjust("a", 1);
  EXPECT_EQ(shop.reserve("r", {{"a", 2}}), "rights_unreachable");  // us was never heard
  shop.link("us");
  shop.hear("us", {{"a", 5, 0, 2}});
  EXPECT_EQ(shop.reserve("r", {{"a", 4}}), "insufficient_here");
  EXPECT_EQ(shop.reserve("r", {{"a", 5}}), "all_reserved");
  EXPECT_EQ(shop.reserve("r", {{"a", 7}}), "not_enough");
  shop.hear("us", {{"b", 0, 0, 0}});
  EXPECT_EQ(shop.reserve("r", {{"b", 1}}), "sold_out");
  EXPECT_TRUE(shop.sku("b").sold_out_everywhere);
  EXPECT_FALSE(shop.sku("a").sold_out_everywhere);
  shop.pass(2s);  // us is cut off
  EXPECT_EQ(shop.reserve("r", {{"a", 7}}), "rights_unreachable");
  EXPECT_EQ(shop.reserve("r", {{"b", 1}}), "sold_out");  // it had none
}

TEST(Shortage, a_restart_keeps_what_was_heard_of_a_region_and_does_not_call_it_up) {
  Shop shop(Peers{"us"});
  shop.link("us");
  shop.hear("us", {{"a", 5}});
  shop.restart();
  EXPECT_EQ(shop.reserve("r", {{"a", 1}}), "rights_unreachable");
}

// A region that is up but has not said yet what it has: its handshake counts all of its rows.
TEST(Shortage, says_nothing_of_the_whole_world_before_a_peers_rows_are_here) {
  Shop shop(Peers{"us"});
  shop.adjust("a", 1);
  PeerVoice us("us", LinkId(1));
  (void)us.rows({}, {{"a", 5}});  // which does not arrive
  shop.step(us.handshake("shop"));
  EXPECT_EQ(shop.reserve("r", {{"a", 2}}), "rights_unreachable") << "it may refuse this region's handshake";
  shop.step(input::Received{LinkId(1), message::Heartbeat{}});
  EXPECT_EQ(shop.reserve("r", {{"a", 2}}), "insufficient_here");
}

// A second daemon of a region's name, with an empty ledger, takes the place of the first, which lives and
// sells.
TEST(Shortage, what_an_older_incarnation_holds_that_still_lives_is_not_sold_out) {
  Shop shop(Peers{"us"});
  const auto alarms = [&] {
    const auto status = std::get<answer::Status>(shop.ask(request::GetStatus{}).value());
    std::vector<std::string> codes;
    for (const answer::Alarm& alarm : status.alarms) codes.push_back(alarm.code);
    return codes;
  };
  const auto lost = [&] {
    return std::get<answer::Status>(shop.ask(request::GetStatus{}).value()).lost.size();
  };
  PeerVoice older("us", LinkId(9));
  shop.link("us");
  shop.hear("us", {{"a", 7}});
  input::LinkUp newer = older.handshake("shop");
  newer.link = LinkId(5);
  newer.hello.replica.incarnation = {2, 1};
  shop.step(input::LinkDown{LinkId(1)});
  shop.step(newer);
  shop.step(input::Received{newer.link, message::Heartbeat{}});
  EXPECT_EQ(shop.reserve("r", {{"a", 1}}), "sold_out") << "as after a lost disk";
  shop.step(older.handshake("shop"));
  EXPECT_EQ(shop.reserve("r", {{"a", 1}}), "rights_unreachable");
  EXPECT_FALSE(shop.sku("a").sold_out_everywhere);
  EXPECT_EQ(alarms(), std::vector<std::string>{"two_daemons_of_one_region"});
  EXPECT_EQ(lost(), 0u) << "it sells what it holds";
  shop.pass(400s);
  shop.step(older.handshake("shop"));
  shop.pass(400s);
  EXPECT_EQ(shop.reserve("r", {{"a", 1}}), "rights_unreachable") << "it goes on dialling";
  shop.pass(400s);
  EXPECT_EQ(shop.reserve("r", {{"a", 1}}), "sold_out") << "it is gone";
  EXPECT_TRUE(alarms().empty());
  EXPECT_EQ(lost(), 1u);
}

// Where only this side dials, the older one is not heard again.
TEST(Shortage, what_an_older_incarnation_holds_that_was_linked_until_the_newest_came_is_not_sold_out) {
  Shop shop(Peers{"us"});
  shop.link("us");
  shop.hear("us", {{"a", 7}});
  input::LinkUp newer = PeerVoice("us", LinkId(5)).handshake("shop");
  newer.hello.replica.incarnation = {2, 1};
  shop.step(newer);
  shop.step(input::Received{newer.link, message::Heartbeat{}});
  EXPECT_EQ(shop.reserve("r", {{"a", 1}}), "rights_unreachable");
}

// The link broke before any row came: what the region has is not known, and so nothing is sold out.
TEST(Shortage, a_region_that_was_cut_off_before_its_rows_came_may_have_anything) {
  Shop shop(Peers{"us"});
  shop.adjust("a", 1);
  PeerVoice us("us", LinkId(1));
  (void)us.rows({}, {{"a", 5}});  // which does not arrive
  shop.step(us.handshake("shop"));
  shop.step(input::LinkDown{LinkId(1)});
  shop.pass(5s);
  EXPECT_EQ(shop.reserve("r", {{"a", 2}}), "rights_unreachable");
  EXPECT_EQ(shop.reserve("r", {{"b", 1}}), "rights_unreachable");  // it may know of it, too
  shop.restart();
  EXPECT_EQ(shop.reserve("r", {{"a", 2}}), "rights_unreachable");
}

TEST(Shortage, a_region_that_says_it_has_nothing_has_nothing_also_when_it_is_cut_off) {
  Shop shop(Peers{"us"});
  shop.adjust("a", 1);
  shop.link("us");
  EXPECT_EQ(shop.reserve("r", {{"a", 2}}), "not_enough");
  EXPECT_EQ(shop.reserve("r", {{"b", 2}}), "sku_unknown");
  shop.pass(5s);
  EXPECT_EQ(shop.reserve("r", {{"a", 2}}), "not_enough");
}

// Heard of through a third region, which has passed on none of its rows yet.
TEST(Shortage, a_region_that_was_only_heard_of_may_have_anything) {
  Shop shop(Peers{"us", "ap"});
  shop.adjust("a", 1);
  shop.link("us");
  message::Heartbeat heartbeat;
  heartbeat.heard.push_back({"ap", 10});
  shop.step(input::Received{LinkId(1), heartbeat});
  EXPECT_EQ(shop.reserve("r", {{"a", 2}}), "insufficient_here");
  EXPECT_EQ(shop.reserve("r", {{"b", 1}}), "rights_unreachable");
  shop.pass(5s);
  EXPECT_EQ(shop.reserve("r", {{"a", 2}}), "rights_unreachable");
}

// Rows of ap came over us, and no line of the configuration names it.
TEST(Shortages, are_not_sold_out_where_a_region_that_is_not_named_here_holds_some) {
  Shop shop(Peers{"us"});
  shop.link("us");
  shop.hear("us", {{"a", 1}});
  message::Rows rows;
  rows.number = 9;
  rows.replicas = {{"ap", {1, 1}}};
  message::WireRow row;
  row.sku = "a";
  row.row.received = Units(5);
  row.row.version = Version(1);
  rows.sections = {{0, std::nullopt, {row}}};
  shop.step(input::Received{LinkId(1), rows});
  EXPECT_EQ(shop.reserve("r", {{"a", 4}}), "rights_unreachable");
  const auto status = std::get<answer::Status>(shop.ask(request::GetStatus{}).value());
  EXPECT_TRUE(std::ranges::any_of(status.alarms, [](const answer::Alarm& alarm) {
    return alarm.code == "region_not_named" && alarm.region == "ap";
  }));
}

TEST(Shortages, rest_on_what_was_heard_before_this_boot_as_of_then) {
  Shop shop(Peers{"us"});
  shop.link("us");
  shop.hear("us", {{"a", 1}});
  shop.restart();
  const WallTime booted = shop.now().wall;
  shop.pass(std::chrono::hours(1));
  const Answer answer = shop.ask(reserve("r", {{"a", 4}}));
  ASSERT_FALSE(answer.error().shortage.empty());
  EXPECT_EQ(answer.error().shortage.front().as_of, booted);
}

// Whatever is the same for all SKUs is found out once (2 s in all when it was not; now some 10 ms).
TEST(Shortages, of_many_regions_cost_each_sku_no_more_than_their_rows) {
  Peers peers;
  for (int i = 1; i < 64; ++i) peers.push_back("region-" + std::to_string(i));
  Shop shop(peers);
  request::GetAvailability get;
  for (int i = 0; i < 1000; ++i) get.skus.push_back("sku-" + std::to_string(i));
  for (const std::string& sku : get.skus) shop.adjust(sku, 5);
  message::VersionVector vector;
  for (const std::string& peer : peers) {
    shop.link(peer);
    shop.hear(peer, {{"sku-1", 3}});
    vector.entries.push_back({{peer, {1, 1}}, Version(1)});
  }
  for (std::uint64_t link = 1; link <= peers.size(); ++link) shop.step(input::Received{LinkId(link), vector});
  const auto began = std::chrono::steady_clock::now();
  EXPECT_TRUE(shop.ask(get));
  for (int i = 0; i < 100; ++i) EXPECT_EQ(shop.reserve("r", {{"sku-2", 6}}), "not_enough");
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::milliseconds(sanitized ? 3'000 : 800));
}

}  // namespace
}  // namespace holdfast::test
