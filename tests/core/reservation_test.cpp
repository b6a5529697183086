// What reserve, purchase, extend, PATCH, return and expiry do to units, beyond the States table.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/fingerprint.h"
#include "core/listing.h"
#include "support/shop.h"

namespace holdfast::test {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

answer::ReservationView shown(Shop& shop, const std::string& id) {
  return std::get<answer::ReservationAnswer>(shop.ask(request::GetReservation{id}).value()).reservation;
}

Lines lines_of(const answer::ReservationView& view) {
  Lines lines;
  for (const answer::LineView& line : view.lines) lines.emplace_back(line.sku, line.quantity.count());
  return lines;
}

TEST(Reserve, sets_units_aside_and_takes_no_version) {
  Shop shop;
  shop.adjust("a", 3);
  const Version before = shop.state().replicas().version(self);
  EXPECT_EQ(shop.reserve("r", {{"a", 2}}), "created");
  EXPECT_EQ(shop.available("a"), 1);
  EXPECT_EQ(shop.rights("a"), 3);
  EXPECT_EQ(shop.state().replicas().version(self), before);
  EXPECT_EQ(shop.last().records.size(), 1u);
}

TEST(Reserve, all_or_nothing_over_its_lines) {
  Shop shop;
  shop.adjust("a", 5);
  shop.adjust("b", 1);
  EXPECT_EQ(shop.reserve("r", {{"a", 2}, {"b", 2}}), "not_enough");
  EXPECT_TRUE(shop.last().records.empty());
  EXPECT_EQ(shop.available("a"), 5);
  EXPECT_EQ(shop.state_of("r"), "reservation_unknown");
}

TEST(Reserve, the_same_sku_twice_in_one_basket_is_summed_before_it_is_checked) {
  Shop shop;
  shop.adjust("a", 3);
  EXPECT_EQ(shop.reserve("r", {{"a", 2}, {"a", 2}}), "not_enough");
  EXPECT_EQ(shop.reserve("r", {{"a", 2}, {"a", 1}}), "created");
  EXPECT_EQ(lines_of(shown(shop, "r")), (Lines{{"a", 3}}));
}

TEST(Reserve, keeps_lines_in_the_order_first_named) {
  Shop shop;
  for (const char* sku : {"a", "b", "c"}) shop.adjust(sku, 9);
  shop.reserve("r", {{"c", 1}, {"a", 2}, {"c", 3}, {"b", 1}});
  EXPECT_EQ(lines_of(shown(shop, "r")), (Lines{{"c", 4}, {"a", 2}, {"b", 1}}));
}

TEST(Reserve, a_sku_of_which_nothing_was_ever_heard_is_unknown) {
  Shop shop;
  EXPECT_EQ(shop.reserve("r", {{"a", 1}}), "sku_unknown");
  Shop with_peer(Peers{"us"});
  EXPECT_EQ(with_peer.reserve("r", {{"a", 1}}), "rights_unreachable");
}

TEST(Reserve, a_refused_request_leaves_no_trace_and_may_succeed_later) {
  Shop shop;
  shop.adjust("a", 1);
  EXPECT_EQ(shop.reserve("r", {{"a", 2}}), "not_enough");
  shop.adjust("a", 1);
  EXPECT_EQ(shop.reserve("r", {{"a", 2}}), "created");
}

TEST(Reserve, partial_takes_what_is_there_and_says_what_is_short) {
  Shop shop;
  shop.adjust("a", 2);
  shop.adjust("b", 5);
  auto request = reserve("r", {{"a", 3}, {"b", 4}});
  request.partial = true;
  const auto answer = std::get<answer::ReservationAnswer>(shop.ask(request).value());
  EXPECT_TRUE(answer.created);
  EXPECT_EQ(lines_of(answer.reservation), (Lines{{"a", 2}, {"b", 4}}));
  ASSERT_EQ(answer.reservation.shortage.size(), 1u);
  EXPECT_EQ(answer.reservation.shortage[0].sku, "a");
  EXPECT_EQ(answer.reservation.shortage[0].requested, Units(3));
  EXPECT_EQ(answer.reservation.shortage[0].available_here, Units(2));
}

TEST(Reserve, partial_with_nothing_got_is_the_error) {
  Shop shop;
  shop.adjust("a", 1);
  shop.purchase("x");
  shop.reserve("x", {{"a", 1}});
  auto request = reserve("r", {{"a", 1}});
  request.partial = true;
  EXPECT_EQ(said(shop.ask(request)), "all_reserved");
}

TEST(Replaces, takes_over_the_units_of_the_one_that_it_replaces) {
  Shop shop;
  shop.adjust("a", 3);
  shop.reserve("old", {{"a", 2}});
  auto request = reserve("new", {{"a", 3}});
  request.replaces = "old";
  const auto answer = std::get<answer::ReservationAnswer>(shop.ask(request).value());
  EXPECT_EQ(answer.reservation.replaced, "old");
  EXPECT_EQ(shop.last().records.size(), 1u);  // one record: never both, never neither
  EXPECT_EQ(shop.available("a"), 0);
  EXPECT_EQ(shop.state_of("old"), "released");
}

TEST(Replaces, a_shortage_leaves_the_old_one_as_it_was) {
  Shop shop;
  shop.adjust("a", 3);
  shop.reserve("old", {{"a", 2}});
  auto request = reserve("new", {{"a", 4}});
  request.replaces = "old";
  EXPECT_EQ(said(shop.ask(request)), "not_enough");
  EXPECT_EQ(shop.state_of("old"), "pending");
}

TEST(Replaces, an_unknown_id_is_ignored_and_shown_as_null) {
  Shop shop;
  shop.adjust("a", 1);
  auto request = reserve("new", {{"a", 1}});
  request.replaces = "never";
  const auto answer = std::get<answer::ReservationAnswer>(shop.ask(request).value());
  EXPECT_TRUE(answer.reservation.asked_to_replace);
  EXPECT_EQ(answer.reservation.replaced, "");
}

TEST(Purchase, turns_reserved_units_into_sold_ones) {
  Shop shop;
  shop.adjust("a", 3);
  shop.adjust("b", 3);
  shop.reserve("r", {{"a", 2}, {"b", 1}});
  const Version before = shop.state().replicas().version(self);
  EXPECT_EQ(shop.purchase("r", "o1"), "purchased");
  EXPECT_EQ(shop.rights("a"), 1);
  EXPECT_EQ(shop.available("a"), 1);
  EXPECT_EQ(shop.sku("a").purchased_here, Units(2));
  // Each row takes a version of its own.
  EXPECT_EQ(shop.state().replicas().version(self).value(), before.value() + 2);
}

TEST(Purchase, a_reservation_that_is_past_its_deadline_but_not_swept_yet_is_sold) {
  Shop shop;
  shop.adjust("a", 1);
  shop.reserve("r", {{"a", 1}});
  shop.sleep(700s);
  EXPECT_EQ(shop.purchase("r", "", request::IfExpired::fail), "purchased");
}

// The reservation expires while the payment is on its way.
TEST(Purchase, an_expired_one_takes_its_units_again_if_it_can) {
  Shop shop;
  shop.adjust("a", 2);
  shop.reserve("r", {{"a", 2}});
  shop.pass(601s);
  EXPECT_EQ(shop.available("a"), 2);
  EXPECT_EQ(shop.purchase("r"), "purchased");
  EXPECT_EQ(shop.available("a"), 0);
  EXPECT_EQ(shop.last().records.size(), 1u);
}

TEST(Purchase, an_expired_one_whose_units_are_gone_is_refused_with_the_shortage) {
  Shop shop;
  shop.adjust("a", 2);
  shop.reserve("r", {{"a", 2}});
  shop.pass(601s);
  shop.reserve("other", {{"a", 1}});
  const Answer answer = shop.ask(request::Purchase{"r"});
  EXPECT_EQ(said(answer), "all_reserved");
  EXPECT_EQ(answer.error().shortage.size(), 1u);
  EXPECT_EQ(shop.state_of("r"), "expired");
}

TEST(Expiry, never_comes_early_and_frees_the_units) {
  Shop shop;
  shop.adjust("a", 1);
  shop.reserve("r", {{"a", 1}});
  shop.pass(599'999ms);
  EXPECT_EQ(shop.state_of("r"), "pending");
  shop.step(input::Tick{});
  EXPECT_EQ(shop.state_of("r"), "pending");
  shop.pass(1ms);
  EXPECT_EQ(shop.state_of("r"), "expired");
  EXPECT_EQ(shop.available("a"), 1);
}

TEST(Expiry, a_stampede_is_swept_256_a_step_by_deadline) {
  Shop shop;
  shop.adjust("a", 1000);
  for (int i = 0; i < 300; ++i) shop.reserve("r" + std::to_string(i), {{"a", 1}});
  shop.sleep(600s);
  shop.step(input::Tick{});
  EXPECT_EQ(shop.available("a"), 956);
  EXPECT_EQ(shop.replica().next_deadline().value() <= shop.now().node, true);
  shop.step(input::Tick{});
  EXPECT_EQ(shop.available("a"), 1000);
}

TEST(Expiry, does_not_happen_while_nothing_may_be_recorded) {
  Shop shop;
  shop.adjust("a", 1);
  shop.reserve("r", {{"a", 1}});
  shop.sleep(700s);
  shop.step(input::Tick{.may_record = false});
  EXPECT_EQ(shop.state_of("r"), "pending");
  EXPECT_EQ(shop.replica().next_deadline(false), std::nullopt);
}

TEST(Time, is_marked_each_second_while_something_is_pending_and_not_otherwise) {
  Shop shop;
  shop.adjust("a", 1);
  const std::size_t before = shop.journal().size();
  shop.pass(10s);
  EXPECT_EQ(shop.journal().size(), before);
  shop.reserve("r", {{"a", 1}});
  shop.pass(10s);
  EXPECT_EQ(shop.journal().size(), before + 1 + 10);
  EXPECT_TRUE(std::holds_alternative<record::TimePassed>(shop.journal().back().body));
}

TEST(Extend, counts_from_now_also_when_that_is_sooner) {
  Shop shop;
  shop.adjust("a", 1);
  shop.reserve("r", {{"a", 1}});
  shop.pass(10s);
  shop.extend("r", 1);
  EXPECT_EQ(shown(shop, "r").expires_in, Millis(1'000));
  shop.pass(1s);
  EXPECT_EQ(shop.state_of("r"), "expired");
}

TEST(Change, is_all_or_nothing_and_keeps_the_deadline) {
  Shop shop;
  shop.adjust("a", 3);
  shop.adjust("b", 1);
  shop.reserve("r", {{"a", 3}});
  shop.pass(10s);
  EXPECT_EQ(shop.change("r", {{"a", 1}, {"b", 2}}), "not_enough");
  EXPECT_EQ(lines_of(shown(shop, "r")), (Lines{{"a", 3}}));
  EXPECT_EQ(shop.change("r", {{"b", 1}, {"a", 1}}), "pending");
  EXPECT_EQ(lines_of(shown(shop, "r")), (Lines{{"b", 1}, {"a", 1}}));
  EXPECT_EQ(shown(shop, "r").expires_in, Millis(590'000));
  EXPECT_EQ(shop.available("a"), 2);
  EXPECT_EQ(shop.available("b"), 0);
}

TEST(Repeats, of_what_an_earlier_version_recorded_are_known_again) {
  Shop shop;
  shop.adjust("a", 3);
  shop.reserve("r", {{"a", 2}});
  Record earlier = shop.journal().back();
  earlier.rows.clear();
  auto& made = std::get<record::ReservationChanged>(earlier.body);
  made.after.fingerprint = fingerprint_in_words(reserve("r", {{"a", 2}}), shop.state().hash_seed());
  shop.replica().state().apply(earlier);
  EXPECT_EQ(shop.reserve("r", {{"a", 2}}), "repeat pending");
  EXPECT_EQ(shop.reserve("r", {{"a", 1}}), "idempotency_mismatch");
}

TEST(Change, the_first_request_still_counts_for_repeats) {
  Shop shop;
  shop.adjust("a", 3);
  shop.reserve("r", {{"a", 3}});
  shop.change("r", {{"a", 1}});
  EXPECT_EQ(shop.reserve("r", {{"a", 3}}), "repeat pending");
  EXPECT_EQ(shop.reserve("r", {{"a", 1}}), "idempotency_mismatch");
}

TEST(Change, units_in_ones_own_basket_are_not_in_other_shoppers_baskets) {
  Shop shop;
  shop.adjust("a", 5);
  shop.reserve("r", {{"a", 3}});
  EXPECT_EQ(shop.change("r", {{"a", 6}}), "not_enough");
  auto request = reserve("new", {{"a", 6}});
  request.replaces = "r";
  EXPECT_EQ(said(shop.ask(request)), "not_enough");
  shop.reserve("other", {{"a", 2}});
  EXPECT_EQ(shop.change("r", {{"a", 5}}), "all_reserved");
}

TEST(Return, gives_back_a_part_then_the_rest_and_never_more_than_was_bought) {
  Shop shop;
  shop.adjust("a", 3);
  shop.adjust("b", 1);
  shop.reserve("r", {{"a", 3}, {"b", 1}});
  shop.purchase("r");
  EXPECT_EQ(shop.give_back("r", "k1", {{"a", 1}}), "purchased");
  EXPECT_EQ(shop.available("a"), 1);
  EXPECT_EQ(shop.give_back("r", "k2", {{"a", 3}}), "validation_failed");
  EXPECT_EQ(shop.give_back("r", "k3", {{"a", 1}, {"a", 2}}), "validation_failed");
  EXPECT_EQ(shop.give_back("r", "k4", {{"c", 1}}), "validation_failed");
  EXPECT_EQ(shop.give_back("r", "k5"), "purchased");
  EXPECT_EQ(shop.available("a"), 3);
  EXPECT_EQ(shop.available("b"), 1);
  EXPECT_EQ(shop.give_back("r", "k6"), "validation_failed");
  EXPECT_EQ(shop.sku("a").purchased_here, Units(3));
  EXPECT_EQ(shop.sku("a").returned_here, Units(3));
}

TEST(Return, a_repeat_is_the_first_answer_and_brings_nothing_back_again) {
  Shop shop;
  shop.adjust("a", 3);
  shop.reserve("r", {{"a", 3}});
  shop.purchase("r");
  shop.give_back("r", "k1", {{"a", 1}});
  shop.give_back("r", "k2", {{"a", 1}});
  shop.restart();
  const Answer repeat = shop.ask(request::Return{"r", "k1", lines({{"a", 1}})});
  EXPECT_EQ(said(repeat), "repeat purchased");
  EXPECT_EQ(std::get<answer::ReservationAnswer>(*repeat).reservation.lines[0].returned, Units(1));
  EXPECT_EQ(shop.available("a"), 2);
}

TEST(Return, cannot_lift_the_stock_ever_brought_in_over_its_cap) {
  Shop shop;
  shop.adjust("a", 1'000'000'000);
  shop.reserve("r", {{"a", 1'000'000'000}});
  shop.purchase("r");
  Record restocked;  // 70,000 of the largest deliveries at once
  restocked.at = shop.now().node;
  RowChange& row = restocked.rows.emplace_back();
  row.received = limits::field_units_max - Units(1'000'000'000);
  row.version = shop.state().replicas().version(self).next();
  shop.replica().state().apply(restocked);
  EXPECT_EQ(shop.adjust("a", 1), "validation_failed");
  EXPECT_EQ(shop.give_back("r", "k"), "validation_failed");
}

TEST(List, oldest_first_by_page_and_filter) {
  Shop shop;
  shop.adjust("a", 9);
  shop.adjust("b", 9);
  for (const char* id : {"z", "y", "x", "w"}) shop.reserve(id, {{id[0] % 2 ? "a" : "b", 1}});
  shop.release("y");
  const auto page = [&](std::size_t limit, const std::string& after, const std::string& sku = "") {
    request::ListReservations request;
    request.limit = limit;
    request.after = after;
    request.sku = sku;
    return std::get<answer::ReservationList>(shop.ask(request).value());
  };
  const auto ids = [](const answer::ReservationList& list) {
    std::vector<std::string> found;
    for (const auto& reservation : list.reservations) found.push_back(reservation.id);
    return found;
  };
  const auto first = page(2, "");
  EXPECT_THAT(ids(first), ElementsAre("z", "y"));
  const auto second = page(2, first.next);
  EXPECT_THAT(ids(second), ElementsAre("x", "w"));
  EXPECT_EQ(second.next, "");
  EXPECT_EQ(page(4, "").next, "");
  EXPECT_THAT(ids(page(1, "", "a")), ElementsAre("y"));
}

// What it looks through for one page is bounded: a page may be short, and the next one goes on.
TEST(List, a_page_looks_through_a_bounded_piece_of_history) {
  Shop shop;
  shop.adjust("a", 9);
  shop.reserve("first", {{"a", 1}});
  shop.release("first");
  const std::vector<Record> nothing(4096);
  for (int i = 0; i < 1'200'000; ++i) shop.replica().state().apply(nothing[0]);
  std::uint64_t tokens = 1'000'000;
  const auto page = [&](const std::string& after) {
    request::ListReservations request;
    request.after = after;
    Listing listing(request, shop.state());
    std::uint64_t looked_through = 0;
    while (const auto wanted = listing.wants(shop.state())) {
      const bool real = wanted->value() <= shop.journal().size();
      const std::span<const Record> records =
          real ? std::span(shop.journal()).subspan(wanted->value() - 1) : std::span(nothing);
      looked_through += records.size();
      listing.take(shop.state(), *wanted, records);
    }
    EXPECT_LE(looked_through, 1'000'000u);
    shop.step(input::Listed{RequestToken(++tokens), std::make_shared<const Listing>(std::move(listing))});
    return std::get<answer::ReservationList>(shop.answer_to(RequestToken(tokens))->value());
  };
  const auto first = page("");
  EXPECT_EQ(first.reservations.size(), 1u);
  EXPECT_NE(first.next, "");
  const auto second = page(first.next);
  EXPECT_TRUE(second.reservations.empty());
  EXPECT_EQ(second.next, "");
}

// While the disk is busy a read may wait long: the page is then told with what was found in time.
TEST(List, a_page_looks_for_a_bounded_time) {
  Shop shop;
  shop.adjust("a", 9);
  for (const char* id : {"1", "2", "3"}) {
    shop.reserve(id, {{"a", 1}});
    shop.release(id);
  }
  Listing listing({}, shop.state());
  while (const auto wanted = listing.wants(shop.state())) {
    listing.take(shop.state(), *wanted, std::span(shop.journal()).subspan(wanted->value() - 1, 1));
    shop.sleep(Millis(700));
    shop.adjust("a", 1);  // others go on
  }
  const RequestToken token(1'000'000);
  shop.step(input::Listed{token, std::make_shared<const Listing>(std::move(listing))});
  const auto page = std::get<answer::ReservationList>(shop.answer_to(token)->value());
  EXPECT_EQ(page.reservations.size(), 2u);
  EXPECT_NE(page.next, "");
}

TEST(BriefReservation, says_what_whoever_asked_cannot_know_and_the_same_on_repeat) {
  Shop shop;
  shop.adjust("85123A", 2);
  auto request = reserve("cart-1", {{"85123A", 1}});
  request.brief = true;
  const auto first = std::get<answer::BriefReservation>(shop.ask(request).value());
  EXPECT_TRUE(first.created);
  EXPECT_FALSE(first.replayed);
  EXPECT_EQ(first.state, ReservationState::pending);
  EXPECT_EQ(first.expires_in, request.ttl);
  const auto again = std::get<answer::BriefReservation>(shop.ask(request).value());
  EXPECT_FALSE(again.created);
  EXPECT_TRUE(again.replayed);
  EXPECT_EQ(again.expires_at, first.expires_at);
}

// Others may wait for its outcome, who want to be told all.
TEST(BriefReservation, is_told_in_full_where_it_may_have_waited) {
  Shop shop;
  shop.adjust("85123A", 1);
  auto request = reserve("cart-1", {{"85123A", 1}});
  request.brief = true;
  request.wait = Millis(1'000);
  EXPECT_TRUE(std::holds_alternative<answer::ReservationAnswer>(shop.ask(request).value()));
}

}  // namespace
}  // namespace holdfast::test
