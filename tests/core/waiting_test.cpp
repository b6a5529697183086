// wait_ms: requests that wait for rights to arrive, in order of arrival, all or nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/effort.h"
#include "support/shop.h"

namespace holdfast::test {
namespace {

using namespace std::chrono_literals;

request::Reserve patient(const std::string& id, const Lines& wanted, Millis wait = 5s) {
  auto request = reserve(id, wanted);
  request.wait = wait;
  return request;
}

// Nothing is here; region us is up and has ten units of "a" and of "b".
class Waiting : public testing::Test {
 protected:
  Waiting() : shop(Peers{"us"}) {
    shop.link("us");
    hear(0, 0);
  }

  // us says what it has given here until now, all in all.
  void hear(std::int64_t a, std::int64_t b) { shop.hear("us", {{"a", 10, a}, {"b", 10, b}}); }
  // Time passes while us is heard.
  void pass(Millis time) {
    for (; time > 0ms; time -= 500ms) {
      shop.pass(std::min<Millis>(time, 500ms));
      shop.step(input::Received{LinkId(1), message::Heartbeat{}});
    }
  }
  [[nodiscard]] std::string outcome(RequestToken token) const {
    const Answer* answer = shop.answer_to(token);
    return answer == nullptr ? "waits" : said(*answer);
  }

  Shop shop;
};

TEST_F(Waiting, ends_when_rights_arrive) {
  const auto token = shop.submit(patient("r", {{"a", 2}}));
  EXPECT_EQ(outcome(token), "waits");
  hear(1, 0);
  EXPECT_EQ(outcome(token), "waits");
  hear(2, 0);
  EXPECT_EQ(outcome(token), "created");
  EXPECT_EQ(shop.available("a"), 0);
}

TEST_F(Waiting, asks_for_what_a_newcomer_took_of_its_basket) {
  hear(1, 0);
  shop.reserve("first", {{"a", 1}});
  shop.release("first");
  shop.submit(patient("r", {{"a", 1}, {"b", 1}}));
  (void)shop.sent();
  EXPECT_EQ(shop.reserve("newcomer", {{"a", 1}}), "created");
  const auto asks_for_a = [](const Message& message) {
    const auto* ask = std::get_if<message::Ask>(&message);
    return ask != nullptr && ask->sku == "a" && ask->kind == record::TransferKind::urgent;
  };
  EXPECT_THAT(shop.sent(), testing::Contains(testing::Truly(asks_for_a)));
}

TEST_F(Waiting, is_served_once_the_last_line_of_its_basket_is_here) {
  const auto token = shop.submit(patient("r", {{"a", 2}, {"b", 1}}));
  hear(0, 1);
  EXPECT_EQ(outcome(token), "waits");
  hear(1, 1);
  EXPECT_EQ(outcome(token), "waits");
  hear(2, 1);
  EXPECT_EQ(outcome(token), "created");
}

// Other regions' rows come several times in each round trip.
TEST_F(Waiting, is_not_tried_again_by_rows_that_give_nothing) {
  hear(1, 0);
  const int waiters = tries(2'000);
  for (int i = 0; i < waiters; ++i) shop.submit(patient("r" + std::to_string(i), {{"a", 2}}));
  const auto began = std::chrono::steady_clock::now();
  for (int i = 0; i < 200; ++i) hear(1, 0);
  EXPECT_LT(std::chrono::steady_clock::now() - began, 300ms);
}

TEST_F(Waiting, is_tried_once_however_many_of_its_lines_come) {
  Lines wanted;
  for (int line = 0; line < 1'000; ++line) wanted.push_back({"c" + std::to_string(line), 2});
  for (const auto& [sku, quantity] : wanted) shop.adjust(sku, 1);
  shop.hear("us", {{"c0", 10}});
  std::vector<PeerStock> there;
  for (const auto& [sku, quantity] : wanted) there.push_back({sku, 10});
  shop.hear("us", there);
  for (int i = 0; i < tries(40); ++i)
    ASSERT_EQ(outcome(shop.submit(patient("r" + std::to_string(i), wanted))), "waits");
  for (auto& stock : there) stock.sent_here = 1;
  const auto began = std::chrono::steady_clock::now();
  shop.hear("us", there);
  EXPECT_LT(std::chrono::steady_clock::now() - began, 5s);
}

TEST_F(Waiting, is_refused_where_the_baskets_that_wait_have_too_many_lines) {
  Lines wanted{{"a", 1}};
  for (int line = 1; line < 1'000; ++line) {
    wanted.push_back({"c" + std::to_string(line), 1});
    shop.adjust(wanted.back().first, 1);
  }
  const auto all = static_cast<int>(limits::waiting_lines_max / wanted.size());
  for (int i = 0; i < all; ++i)
    ASSERT_EQ(outcome(shop.submit(patient("r" + std::to_string(i), wanted))), "waits");
  EXPECT_EQ(outcome(shop.submit(patient("more", {{"a", 1}}))), "insufficient_here");
}

TEST_F(Waiting, holds_nothing) {
  shop.submit(patient("r", {{"a", 1}, {"b", 1}}));
  hear(1, 0);
  EXPECT_EQ(shop.available("a"), 1);
  EXPECT_EQ(shop.reserve("newcomer", {{"a", 1}}), "created");
}

TEST_F(Waiting, ends_with_the_shortage_when_its_time_is_up) {
  const auto token = shop.submit(patient("r", {{"a", 2}}, 1'500ms));
  pass(1'000ms);
  EXPECT_EQ(outcome(token), "waits");
  pass(500ms);
  EXPECT_EQ(outcome(token), "insufficient_here");
  EXPECT_EQ(shop.state_of("r"), "reservation_unknown");
}

TEST_F(Waiting, is_not_for_those_who_would_not_wait_nor_for_other_shortages) {
  EXPECT_EQ(shop.reserve("r1", {{"a", 1}}), "insufficient_here");
  EXPECT_EQ(outcome(shop.submit(patient("r2", {{"a", 11}}))), "not_enough");
  pass(500ms);
  shop.pass(5s);  // us is cut off
  EXPECT_EQ(outcome(shop.submit(patient("r3", {{"a", 1}}))), "rights_unreachable");
}

// Only insufficient_here waits: when another answer has become true, it is given at once.

TEST_F(Waiting, ends_as_soon_as_the_units_elsewhere_are_sold_there) {
  const auto token = shop.submit(patient("r", {{"a", 2}}));
  shop.hear("us", {{"b", 10}});
  EXPECT_EQ(outcome(token), "waits");
  shop.hear("us", {{"a", 10, 0, 9}});
  EXPECT_EQ(outcome(token), "all_reserved");
}

TEST_F(Waiting, ends_as_soon_as_the_region_that_has_the_units_is_cut_off) {
  const auto token = shop.submit(patient("r", {{"a", 2}}, 8s));
  shop.step(input::LinkDown{LinkId(1)});
  shop.pass(1'400ms);
  EXPECT_EQ(outcome(token), "waits");
  shop.pass(200ms);
  EXPECT_EQ(outcome(token), "rights_unreachable");
}

TEST_F(Waiting, ends_as_soon_as_somebody_else_takes_what_it_needs_of_what_is_here) {
  hear(1, 0);
  const auto token = shop.submit(patient("r", {{"a", 10}}));
  EXPECT_EQ(outcome(token), "waits");
  ASSERT_EQ(shop.reserve("quick", {{"a", 1}}), "created");
  EXPECT_EQ(outcome(token), "all_reserved");
}

TEST_F(Waiting, ends_as_soon_as_a_line_that_was_not_short_is_sold_out) {
  shop.adjust("mug", 1);
  shop.hear("us", {{"c", 1}});
  const auto token = shop.submit(patient("r", {{"a", 1}, {"mug", 1}}));
  EXPECT_EQ(outcome(token), "waits");
  shop.reserve("quick", {{"mug", 1}});
  EXPECT_EQ(outcome(token), "all_reserved");
}

TEST_F(Waiting, goes_on_while_the_view_is_not_closed) {
  const auto token = shop.submit(patient("r", {{"a", 2}}));
  shop.step(input::Received{LinkId(1), message::VersionVector{{{{"us", {1, 1}}, Version(99)}}, 0}});
  hear(0, 0);
  shop.hear("us", {{"a", 10, 0, 10}});
  EXPECT_EQ(outcome(token), "waits");
}

TEST_F(Waiting, that_would_replace_a_basket_needs_only_what_it_has_not_got) {
  hear(2, 0);
  ASSERT_EQ(shop.reserve("basket", {{"a", 2}}), "created");
  auto larger = patient("larger", {{"a", 10}});
  larger.replaces = "basket";
  const auto token = shop.submit(larger);
  EXPECT_EQ(outcome(token), "waits");
  shop.hear("us", {{"b", 10}});
  EXPECT_EQ(outcome(token), "waits");
  hear(10, 0);
  EXPECT_EQ(outcome(token), "created");
}

TEST_F(Waiting, is_served_in_order_of_arrival) {
  const auto first = shop.submit(patient("r1", {{"a", 1}}));
  const auto second = shop.submit(patient("r2", {{"a", 1}}));
  hear(1, 0);
  EXPECT_EQ(outcome(first), "created");
  EXPECT_EQ(outcome(second), "waits");
}

TEST_F(Waiting, one_that_is_still_short_is_passed_over) {
  const auto first = shop.submit(patient("r1", {{"a", 3}}));
  const auto second = shop.submit(patient("r2", {{"a", 1}}));
  hear(1, 0);
  EXPECT_EQ(outcome(first), "waits");
  EXPECT_EQ(outcome(second), "created");
  hear(4, 0);
  EXPECT_EQ(outcome(first), "created");
}

TEST_F(Waiting, ends_when_a_basket_is_released) {
  hear(1, 0);
  shop.reserve("r1", {{"a", 1}});
  const auto token = shop.submit(patient("r2", {{"a", 1}}));
  shop.release("r1");
  EXPECT_EQ(outcome(token), "created");
}

// Two deadlines at one moment: units that a basket gives free, and the end of a wait that began later.
TEST_F(Waiting, what_expires_goes_to_whoever_waits_longest) {
  hear(1, 0);
  auto basket = reserve("basket", {{"a", 1}});
  basket.ttl = 1s;
  shop.ask(basket);
  const auto first = shop.submit(patient("r1", {{"a", 1}}, 5s));
  const auto second = shop.submit(patient("r2", {{"a", 1}}, 1s));
  pass(1s);
  EXPECT_EQ(outcome(first), "created");
  EXPECT_EQ(outcome(second), "insufficient_here");
}

TEST_F(Waiting, a_second_request_for_one_id_joins_the_first) {
  const auto first = shop.submit(patient("r", {{"a", 1}}));
  const auto second = shop.submit(patient("r", {{"a", 1}}, 0ms));
  EXPECT_EQ(outcome(second), "waits");
  hear(1, 0);
  EXPECT_EQ(outcome(first), "created");
  EXPECT_EQ(outcome(second), "created");
  EXPECT_EQ(shop.state().reservations().size(), 1u);
}

TEST_F(Waiting, another_request_under_its_id_is_refused) {
  const auto first = shop.submit(patient("r", {{"a", 1}}));
  EXPECT_EQ(outcome(shop.submit(patient("r", {{"a", 2}}))), "idempotency_mismatch");
  EXPECT_EQ(outcome(first), "waits");
}

TEST_F(Waiting, goes_with_the_last_client_who_waits) {
  const auto first = shop.submit(patient("r", {{"a", 1}}));
  const auto second = shop.submit(patient("r", {{"a", 1}}));
  shop.cancel(first);
  hear(1, 0);
  EXPECT_EQ(outcome(first), "waits");  // forever: nobody is there to be answered
  EXPECT_EQ(outcome(second), "created");

  const auto third = shop.submit(patient("r3", {{"a", 1}}));
  shop.cancel(third);
  hear(2, 0);
  EXPECT_EQ(shop.available("a"), 1);
}

TEST_F(Waiting, is_ended_by_a_release_of_its_id) {
  const auto token = shop.submit(patient("r", {{"a", 1}}));
  const std::size_t records = shop.journal().size();
  EXPECT_EQ(shop.release("r"), "released");
  EXPECT_EQ(outcome(token), "insufficient_here");
  EXPECT_EQ(shop.journal().size(), records);
  hear(1, 0);
  EXPECT_EQ(shop.reserve("r", {{"a", 1}}), "created");
}

TEST_F(Waiting, is_forgotten_by_a_crash) {
  const auto token = shop.submit(patient("r", {{"a", 1}}));
  shop.restart();
  EXPECT_EQ(outcome(token), "waits");
  EXPECT_EQ(shop.state_of("r"), "reservation_unknown");
}

TEST_F(Waiting, ends_when_the_daemon_stops) {
  const auto token = shop.submit(patient("r", {{"a", 1}}));
  shop.step(input::Draining{});
  EXPECT_EQ(outcome(token), "insufficient_here");
  EXPECT_EQ(shop.reserve("r2", {{"a", 1}}), "draining");
  EXPECT_EQ(shop.state_of("r2"), "reservation_unknown");
}

TEST_F(Waiting, ends_when_its_time_is_up_also_while_the_disk_is_full) {
  const auto token = shop.submit(patient("r", {{"a", 1}}, 1s));
  shop.sleep(1s);
  shop.step(input::Tick{.may_record = false});
  EXPECT_EQ(outcome(token), "disk_full");
}

// Of two SKUs one was short when the basket was tried, and the other has been sold since.
TEST_F(Waiting, that_a_release_ends_is_told_what_is_short_by_then) {
  hear(0, 1);
  const auto token = shop.submit(patient("r", {{"a", 1}, {"b", 1}}));
  EXPECT_EQ(shop.reserve("other", {{"b", 1}}), "created");
  shop.release("r");
  const auto& shortage = shop.answer_to(token)->error().shortage;
  ASSERT_EQ(shortage.size(), 2U);
  EXPECT_EQ(shortage[1].sku, "b");
  EXPECT_EQ(shortage[1].available_here, no_units);
}

TEST_F(Waiting, a_write_off_waits_as_well) {
  request::Adjust broken{.sku = "a", .key = "k", .delta = Units(-2), .reason = "broken", .wait = 5s};
  const auto token = shop.submit(broken);
  const auto joined = shop.submit(broken);
  hear(2, 0);
  EXPECT_EQ(outcome(token), "adjusted");
  EXPECT_EQ(outcome(joined), "adjusted");
  EXPECT_EQ(shop.rights("a"), 0);
  EXPECT_EQ(said(shop.ask(broken)), "repeat adjusted");
}

TEST_F(Waiting, a_key_that_waits_cannot_be_used_for_anything_else) {
  hear(0, 3);
  shop.reserve("bought", {{"b", 1}});
  shop.purchase("bought");
  shop.submit(request::Adjust{.sku = "a", .key = "k", .delta = Units(-1), .reason = "broken", .wait = 5s});
  auto by_key = reserve("", {{"b", 1}});
  by_key.key = "k";
  EXPECT_EQ(said(shop.ask(by_key)), "idempotency_mismatch");
  EXPECT_EQ(shop.count("b", 5, "k"), "idempotency_mismatch");
  EXPECT_EQ(shop.adjust("b", 5, "k"), "idempotency_mismatch");
  EXPECT_EQ(shop.give_back("bought", "k"), "idempotency_mismatch");

  by_key.key = "k2";
  by_key.lines[0].sku = "a";
  by_key.wait = 5s;
  shop.submit(by_key);
  EXPECT_EQ(shop.adjust("b", 5, "k2"), "idempotency_mismatch");
  EXPECT_EQ(shop.give_back("bought", "k2"), "idempotency_mismatch");
}

TEST_F(Waiting, in_place_of_a_reservation_ends_when_that_one_is_purchased) {
  hear(1, 0);
  shop.reserve("old", {{"a", 1}});
  auto request = patient("new", {{"a", 2}});
  request.replaces = "old";
  const auto token = shop.submit(request);
  shop.purchase("old");
  EXPECT_EQ(outcome(token), "already_purchased");
}

TEST_F(Waiting, in_place_of_a_reservation_ends_also_when_that_one_is_purchased_after_it_expired) {
  hear(1, 0);
  auto old = reserve("old", {{"a", 1}});
  old.ttl = 1s;
  shop.ask(old);
  auto request = patient("new", {{"a", 2}});
  request.replaces = "old";
  const auto token = shop.submit(request);
  pass(1s);
  EXPECT_EQ(shop.state_of("old"), "expired");
  EXPECT_EQ(outcome(token), "waits");
  EXPECT_EQ(shop.purchase("old"), "purchased");
  EXPECT_EQ(outcome(token), "already_purchased");
}

TEST_F(Waiting, in_place_of_a_reservation_gives_what_that_one_held_to_the_next) {
  hear(1, 1);
  shop.reserve("old", {{"b", 1}});
  auto request = patient("new", {{"a", 2}});
  request.replaces = "old";
  const auto first = shop.submit(request);
  const auto second = shop.submit(patient("r2", {{"b", 1}}));
  hear(2, 1);
  EXPECT_EQ(outcome(first), "created");
  EXPECT_EQ(outcome(second), "created");
}

TEST_F(Waiting, and_being_tried_again_is_no_further_refusal) {
  const auto token = shop.submit(patient("r", {{"a", 5}}));
  for (int given = 1; given <= 4; ++given) hear(given, 0);
  const auto refused = [&] {
    const auto status = std::get<answer::Status>(shop.ask(request::GetStatus{}).value());
    return status.regions.front().refused_per_1000_s;
  };
  EXPECT_EQ(refused(), answer::RefusalRates{});
  hear(5, 0);
  EXPECT_EQ(outcome(token), "created");
  EXPECT_EQ(refused(), answer::RefusalRates{});
  EXPECT_EQ(shop.reserve("r2", {{"a", 1}}), "insufficient_here");
  EXPECT_GT(refused().insufficient_here, 0);
}

// All of whom may go at once, with the proxy that they came by.
TEST(Waiters, that_many_joined_let_each_of_them_go_at_once) {
  constexpr std::uint64_t joined = tries<std::uint64_t>(300'000);
  Waiters waiters;
  Waiter waiter;
  waiter.tokens = {RequestToken(0)};
  waiter.request = reserve("r", {{"a", 1}});
  waiters.add(std::move(waiter));
  for (std::uint64_t token = 1; token < joined; ++token) waiters.join(Digest{}, RequestToken(token));
  const auto began = std::chrono::steady_clock::now();
  for (std::uint64_t token = joined; token-- > 0;) {
    EXPECT_EQ(waiters.size(), 1u);
    waiters.cancel(RequestToken(token));
  }
  EXPECT_LT(std::chrono::steady_clock::now() - began, 2s);
  EXPECT_EQ(waiters.size(), 0u);
}

}  // namespace
}  // namespace holdfast::test
