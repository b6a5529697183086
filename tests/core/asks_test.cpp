// Asks: getting rights from where they are to where they are wanted, from both sides.
#include "core/asks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/giving.h"
#include "support/effort.h"
#include "support/shop.h"

namespace holdfast::test {
namespace {

using namespace std::chrono_literals;
using record::TransferKind;
using testing::ElementsAre;
using testing::IsEmpty;

// Region eu, which is linked to us and has stock; ap is configured, and reached over us only.
class Giving : public testing::Test {
 protected:
  Giving() : shop(Peers{"us", "ap"}) {
    shop.link("us");
    shop.step(input::Received{LinkId(1), message::VersionVector{}});
    shop.adjust("a", 10);
  }
  // us passes on an ask of ap, or of whoever is named; what eu has sent to it after that.
  std::int64_t ask(std::int64_t target, std::int64_t known = 0, TransferKind kind = TransferKind::urgent,
                   std::int64_t demand = 0) {
    message::Ask ask;
    ask.asker = asker;
    ask.giver = config_of("eu").own;
    ask.sku = "a";
    ask.known = Units(known);
    ask.target = Units(target);
    ask.kind = kind;
    ask.demand = demand;
    ask.hops_left = 2;
    shop.step(input::Received{LinkId(1), ask});
    return given();
  }
  // To the asker until now; -1: it is not known.
  [[nodiscard]] std::int64_t given() const {
    const auto replica = shop.state().replicas().find(asker);
    return replica ? sent_to(shop.state().stock().row(self, SkuId(0)), *replica).count() : -1;
  }
  // One unit is here, and a shopper waits for two.
  void let_a_shopper_wait(Millis wait) {
    shop.hear("us", {{"a", 10}});
    shop.reserve("all", {{"a", 10}});
    auto patient = reserve("r", {{"a", 2}});
    patient.wait = wait;
    shop.submit(patient);
    shop.change("all", {{"a", 9}});
    ASSERT_EQ(shop.available("a"), 1);
    asker = {"us", {1, 1}};
  }
  ReplicaId asker{"ap", {5, 5}};
  Shop shop;
};

TEST_F(Giving, serves_a_relayed_ask_of_a_region_of_which_nothing_was_heard_yet) {
  EXPECT_EQ(ask(4), 4);
  EXPECT_EQ(shop.rights("a"), 6);
  EXPECT_EQ(ask(4), 4) << "a repeat gives nothing more";
  shop.restart();
  EXPECT_TRUE(shop.state().replicas().find(asker));
}

TEST_F(Giving, pushes_its_row_ahead_of_the_answer) {
  ask(4);
  const auto sent = shop.sent();
  const auto place = [&](auto kind) {
    return std::ranges::find_if(
        sent, [](const Message& message) { return std::holds_alternative<decltype(kind)>(message); });
  };
  ASSERT_NE(place(message::Rows{}), sent.end());
  ASSERT_NE(place(message::AskAnswer{}), sent.end());
  EXPECT_LT(place(message::Rows{}), place(message::AskAnswer{}));
}

TEST_F(Giving, gives_nothing_to_a_region_that_is_not_configured) {
  asker = {"elsewhere", {5, 5}};
  EXPECT_EQ(ask(4), -1);
  EXPECT_EQ(shop.rights("a"), 10);
}

TEST_F(Giving, gives_nothing_to_an_incarnation_older_than_one_that_is_known) {
  EXPECT_EQ(ask(1), 1);
  asker.incarnation = {4, 9};
  EXPECT_EQ(ask(4), -1);
  asker.incarnation = {6, 1};
  EXPECT_EQ(ask(4), 4);
}

TEST_F(Giving, gives_nothing_to_an_incarnation_older_than_the_one_that_speaks_for_its_region) {
  message::Summary summary;
  summary.replica = {"ap", {7, 7}};
  summary.number = 1;
  shop.step(input::Received{LinkId(1), summary});
  EXPECT_EQ(ask(4), -1);
  asker = summary.replica;
  EXPECT_EQ(ask(4), 4);
}

TEST_F(Giving, gives_nothing_to_a_replica_that_contradicted_itself) {
  asker = {"us", {1, 1}};
  shop.hear("us", {{"a", 5}});
  EXPECT_EQ(ask(1), 1);
  PeerVoice clone("us", LinkId(1));
  shop.step(clone.rows(shop.state().replicas().id(self), {{"a", 6}}));  // version 1 again
  EXPECT_EQ(ask(4), 1);
}

TEST_F(Giving, gives_nothing_once_it_is_fenced) {
  EXPECT_EQ(ask(4, 3), -1) << "it never sent three: this is an older copy";
  EXPECT_FALSE(shop.state().fenced().empty());
  EXPECT_EQ(ask(4), -1);
  EXPECT_EQ(shop.reserve("r", {{"a", 1}}), "fenced");
}

TEST_F(Giving, gives_nothing_for_an_ask_that_nobody_can_be_waiting_for_any_more) {
  message::Ask late;
  late.asker = asker;
  late.giver = config_of("eu").own;
  late.sku = "a";
  late.target = Units(4);
  late.age_ms = 60'000;
  shop.step(input::Received{LinkId(1), late});
  EXPECT_EQ(shop.rights("a"), 10);
}

// Whoever has no row of the SKU yet has told nothing of its demand but in the ask.
TEST_F(Giving, shares_scarce_stock_by_the_demand_that_the_ask_tells_of) {
  for (int i = 0; i < 8; ++i) shop.reserve("r" + std::to_string(i), {{"a", 1}});
  ASSERT_EQ(shop.available("a"), 2);
  EXPECT_EQ(ask(1, 0, TransferKind::cover, 0), -1);
  EXPECT_EQ(ask(1, 0, TransferKind::cover, 10'000'000), 1);
}

TEST_F(Giving, gives_nothing_to_a_waiting_region_of_larger_name_while_its_own_shoppers_wait) {
  let_a_shopper_wait(5s);
  EXPECT_EQ(ask(1), 0);
}

TEST_F(Giving, gives_what_arrives_a_moment_later_to_whoever_asked_in_vain) {
  EXPECT_EQ(ask(14), 10);
  shop.hear("us", {{"a", 20, 3}});
  EXPECT_EQ(given(), 13);
  EXPECT_TRUE(std::holds_alternative<message::Rows>(shop.sent().at(0))) << "in the same step";
  shop.hear("us", {{"a", 20, 9}});
  EXPECT_EQ(given(), 14) << "what was asked for, and no more";
  EXPECT_EQ(shop.available("a"), 5);
}

TEST_F(Giving, gives_nothing_later_than_the_asker_counts_on_it) {
  EXPECT_EQ(ask(14), 10);
  shop.pass(200ms);
  shop.hear("us", {{"a", 20, 3}});
  EXPECT_EQ(given(), 10);
}

TEST_F(Giving, gives_nothing_later_to_whoever_asked_for_mere_cover) {
  shop.reserve("all", {{"a", 10}});
  EXPECT_EQ(ask(4, 0, TransferKind::cover), -1);
  shop.hear("us", {{"a", 20, 3}});
  EXPECT_EQ(given(), -1);
}

// Or a basket that is left would be sent away, and the next shopper here be told that all is reserved.
TEST_F(Giving, keeps_what_its_own_shoppers_give_free) {
  shop.reserve("all", {{"a", 10}});
  EXPECT_EQ(ask(4), -1);
  shop.release("all");
  EXPECT_EQ(given(), -1);
  EXPECT_EQ(shop.available("a"), 10);
}

TEST_F(Giving, gives_what_it_kept_for_a_shopper_once_that_one_waits_no_more) {
  let_a_shopper_wait(100ms);
  EXPECT_EQ(ask(1), 0);
  shop.pass(99ms);
  EXPECT_EQ(given(), 0);
  shop.pass(1ms);
  EXPECT_EQ(given(), 1);
}

TEST_F(Giving, gives_nothing_while_it_cannot_be_recorded) {
  let_a_shopper_wait(100ms);
  EXPECT_EQ(ask(1), 0);
  shop.sleep(100ms);
  shop.step(input::Tick{.may_record = false});
  EXPECT_EQ(given(), 0);
  EXPECT_THAT(shop.last().records, IsEmpty());
}

TEST_F(Giving, relays_an_ask_no_further_than_asks_go) {
  Shop relay(Peers{"us", "ap"});
  relay.link("us");
  relay.link("ap");
  message::Ask ask;
  ask.asker = {"ap", {1, 1}};
  ask.giver = {"us", {1, 1}};
  ask.sku = "a";
  ask.target = Units(1);
  ask.hops_left = 255;
  relay.step(input::Received{LinkId(2), ask});
  const auto sent = relay.sent();
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(std::get<message::Ask>(sent[0]).hops_left, ask_hops_max - 1);
}

TEST_F(Giving, relays_an_answer_behind_the_row_that_it_is_about) {
  Shop relay(Peers{"us", "ap"});
  relay.link("us");
  relay.link("ap");
  relay.step(input::Received{LinkId(2), message::VersionVector{}});
  relay.hear("us", {{"a", 10}});
  message::AskAnswer answer;
  answer.asker = {"ap", {1, 1}};
  answer.giver = {"us", {1, 1}};
  answer.sku = "a";
  answer.hops_left = 1;
  relay.step(input::Received{LinkId(1), answer});
  const auto sent = relay.sent();
  ASSERT_EQ(sent.size(), 2u);
  EXPECT_TRUE(std::holds_alternative<message::Rows>(sent[0]));
  EXPECT_TRUE(std::holds_alternative<message::AskAnswer>(sent[1]));
}

// Region eu has four units, in a basket; us and ap are linked and have more.
class Asking : public testing::Test {
 protected:
  Asking() : shop(Peers{"us", "ap"}) {
    shop.adjust("a", 4);
    EXPECT_EQ(shop.reserve("mine", {{"a", 4}}), "created");
    shop.link("us");
    shop.link("ap");
    shop.hear("us", {{"a", 10}});
    shop.hear("ap", {{"a", 9}});
  }
  // Whom the last step asked for how much.
  [[nodiscard]] std::vector<std::pair<std::string, std::int64_t>> asked() const {
    std::vector<std::pair<std::string, std::int64_t>> found;
    for (const Message& message : shop.sent())
      if (const auto* ask = std::get_if<message::Ask>(&message))
        found.emplace_back(ask->giver.region, ask->target.count());
    return found;
  }
  // It gives nothing of what it was asked for.
  void cannot(const std::string& region, std::int64_t target) {
    message::AskAnswer answer;
    answer.asker = config_of("eu").own;
    answer.giver = {region, {1, 1}};
    answer.sku = "a";
    answer.target = Units(target);
    answer.cannot = true;
    shop.step(input::Received{LinkId(region == "us" ? 1 : 2), answer});
  }
  request::Reserve patient(const std::string& id, std::int64_t quantity) {
    auto request = reserve(id, {{"a", quantity}});
    request.wait = 5s;
    return request;
  }
  Shop shop;
};

TEST_F(Asking, for_a_refused_shopper_tells_of_a_demand) {
  shop.reserve("r", {{"a", 2}});
  const auto sent = shop.sent();
  ASSERT_FALSE(sent.empty());
  EXPECT_GE(std::get<message::Ask>(sent[0]).demand, 2 * 300'000);
}

TEST_F(Asking, follows_a_refused_change_of_a_reservation_and_counts_it_once_as_demand) {
  EXPECT_EQ(shop.change("mine", {{"a", 7}}), "insufficient_here");
  EXPECT_THAT(asked(), testing::Not(IsEmpty()));
  const std::int64_t rate = shop.demand("a");
  EXPECT_EQ(shop.change("mine", {{"a", 7}}), "insufficient_here");
  EXPECT_EQ(shop.demand("a"), rate);
  EXPECT_EQ(shop.change("mine", {{"a", 8}}), "insufficient_here");
  EXPECT_GT(shop.demand("a"), rate);
}

TEST_F(Asking, follows_a_purchase_of_an_expired_reservation_whose_units_are_gone) {
  shop.pass(601s);
  ASSERT_EQ(shop.state_of("mine"), "expired");
  shop.step(input::Received{LinkId(1), message::Heartbeat{}});
  shop.step(input::Received{LinkId(2), message::Heartbeat{}});
  shop.adjust("a", -4);
  const std::int64_t rate = shop.demand("a");
  EXPECT_EQ(shop.purchase("mine"), "insufficient_here");
  EXPECT_THAT(asked(), testing::Not(IsEmpty()));
  EXPECT_GT(shop.demand("a"), rate);
}

// What it keeps as its own cover it gives to those who wait.
TEST_F(Asking, of_who_spared_none_for_cover_goes_on_for_a_shopper_who_waits) {
  shop.reserve("r", {{"a", 2}});
  ASSERT_THAT(asked(), ElementsAre(std::pair("us", 10), std::pair("ap", 4)));
  cannot("us", 10);
  shop.submit(patient("p", 3));
  EXPECT_THAT(asked(), ElementsAre(std::pair("us", 3)));
  cannot("us", 3);
  EXPECT_THAT(asked(), ElementsAre(std::pair("ap", 3))) << "of who has none for those who wait, no more";
}

// Units that came in for its cover, or for a shopper of its own who has given up.
TEST_F(Asking, of_who_had_none_for_those_who_wait_goes_on_as_soon_as_it_is_known_to_have_more) {
  shop.submit(patient("p", 3));
  ASSERT_THAT(asked(), ElementsAre(std::pair("us", 3)));
  cannot("us", 3);
  ASSERT_THAT(asked(), ElementsAre(std::pair("ap", 3)));
  cannot("ap", 3);
  shop.hear("us", {{"a", 10}});
  EXPECT_THAT(asked(), IsEmpty());
  shop.hear("us", {{"a", 11}});
  EXPECT_THAT(asked(), ElementsAre(std::pair("us", 3)));
}

// Instead of a giver that passes an ask on: its row, which goes ahead of its answer, says who has the units
// now, and the asker asks that one at once.
TEST_F(Asking, goes_on_at_once_to_whoever_has_the_units_that_a_giver_passed_on) {
  shop.submit(patient("r", 3));
  EXPECT_THAT(asked(), ElementsAre(std::pair("us", 3)));
  message::Rows rows;
  rows.number = 2;
  rows.replicas = {{"us", {1, 1}}, {"ap", {1, 1}}};
  Row row;
  row.received = Units(10);
  row.sent = {{ReplicaIx(1), Units(10)}};
  row.version = Version(2);
  rows.sections = {{0, std::nullopt, {{"a", row}}}};
  shop.step(input::Received{LinkId(1), rows});
  EXPECT_THAT(asked(), ElementsAre(std::pair("ap", 3)));
}

// Region eu has nothing of very many SKUs, of which us has some.
class AskingForVeryMany : public testing::Test {
 protected:
  static constexpr std::size_t skus = tries<std::size_t>(200'000);
  AskingForVeryMany() : shop(Peers{"us"}) {
    shop.link("us");
    std::vector<PeerStock> all;
    for (std::size_t i = 0; i < skus; ++i) all.push_back({name(i), 1});
    shop.hear("us", all);
    for (std::size_t i = 0; i < skus; i += limits::lines_max) {
      Lines lines;
      for (std::size_t line = 0; line < limits::lines_max; ++line) lines.emplace_back(name(i + line), 1);
      EXPECT_EQ(shop.reserve("r" + std::to_string(i), lines), "insufficient_here");
      EXPECT_EQ(take_asked(), limits::lines_max);
    }
    asked.clear();
  }
  static std::string name(std::size_t number) { return "sku-" + std::to_string(number); }
  // Of how many SKUs the last step asked for units.
  std::size_t take_asked() {
    std::size_t count = 0;
    for (const Message& message : shop.sent())
      if (const auto* ask = std::get_if<message::Ask>(&message)) {
        ++count;
        ++asked[ask->sku];
      }
    return count;
  }
  std::size_t tick() {
    shop.sleep(100ms);
    shop.step(input::Received{LinkId(1), message::Heartbeat{}});
    shop.step(input::Tick{});
    return take_asked();
  }
  Shop shop;
  std::map<std::string, int> asked;
};

TEST_F(AskingForVeryMany, asks_again_for_a_bounded_number_at_a_time_and_in_the_end_for_all) {
  shop.sleep(500ms);  // so that all that was asked has lapsed
  const std::size_t looks = (skus + looked_at_once - 1) / looked_at_once;
  for (std::size_t look = 0; look < looks; ++look) EXPECT_LE(tick(), looked_at_once);
  EXPECT_EQ(asked.size(), skus);
  for (const auto& [sku, times] : asked) ASSERT_EQ(times, 1) << sku;
}

TEST_F(AskingForVeryMany, asks_for_none_any_more_once_nobody_wants_them) {
  const std::size_t looks_wanted = 30 + (skus + looked_at_once - 1) / looked_at_once;
  for (std::size_t look = 0; look <= looks_wanted; ++look) EXPECT_LE(tick(), looked_at_once);
  for (std::size_t look = 0; look <= looks_wanted; ++look) EXPECT_EQ(tick(), 0u);
}

TEST(Moves, by_hand_give_nothing_to_a_replica_that_contradicted_itself_nor_beyond_the_cap) {
  Shop shop(Peers{"us"});
  shop.link("us");
  shop.hear("us", {{"a", 1}});
  shop.adjust("a", 10);
  const auto move = [&](std::int64_t quantity, const std::string& key) {
    return said(shop.ask(request::MoveRights{"a", key, "us", Units(quantity), ""}));
  };
  EXPECT_EQ(move(4, "k1"), "moved");
  EXPECT_EQ(shop.rights("a"), 6);
  PeerVoice clone("us", LinkId(1));
  shop.step(clone.rows(shop.state().replicas().id(self), {{"a", 6}}));  // another content of version 1
  EXPECT_EQ(move(4, "k2"), "rights_unreachable");
  EXPECT_EQ(shop.rights("a"), 6);
}

TEST(Moves, by_hand_pass_no_cap_of_what_was_ever_sent) {
  Shop shop(Peers{"us"});
  shop.link("us");
  const std::int64_t most = limits::field_units_max.count();
  const auto move = [&](std::int64_t quantity, const std::string& key) {
    return said(shop.ask(request::MoveRights{"a", key, "us", Units(quantity), ""}));
  };
  // us gives back all that it gets, time and again, until the sum of what was sent to it is nearly the cap.
  shop.adjust("a", 1'000'000'000);
  std::int64_t sent = 0;
  for (; sent + 1'000'000'000 <= most; sent += 1'000'000'000) {
    ASSERT_EQ(move(1'000'000'000, "k" + std::to_string(sent)), "moved");
    shop.hear("us", {{"a", 0, sent + 1'000'000'000}});
  }
  EXPECT_EQ(move(1'000'000'000, "over"), "validation_failed");
  EXPECT_EQ(move(most - sent, "just"), "moved");
}

}  // namespace
}  // namespace holdfast::test
