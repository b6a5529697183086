// Events: what each record tells, by itself.
#include "core/events.h"

#include <gtest/gtest.h>

#include "support/shop.h"

namespace holdfast::test {
namespace {

// Every event of the journal, in order.
std::vector<Event> events_of(const Shop& shop) {
  std::vector<Event> events;
  std::uint64_t position = 0;
  for (const Record& record : shop.journal()) {
    ++position;
    for (std::uint32_t part = 0; part < event_parts(record); ++part)
      if (auto event = event_of(record, {Position(position), part}, shop.state()))
        events.push_back(*std::move(event));
  }
  return events;
}

std::string in_short(const event::ReservationChanged& changed) {
  static constexpr const char* kinds[] = {"pending", "purchased", "released",
                                          "expired", "changed",   "returned"};
  std::string text = std::string(kinds[static_cast<std::size_t>(changed.kind)]) + ' ' + changed.after.id;
  for (const answer::LineView& line : changed.after.lines) {
    text += ' ' + line.sku + '=' + std::to_string(line.quantity.count());
    if (line.returned > no_units) text += '-' + std::to_string(line.returned.count());
  }
  return text;
}
std::string in_short(const event::StockAdjusted& adjusted) {
  return "stock " + adjusted.sku + ' ' + std::to_string(adjusted.delta.count()) + " -> " +
         (adjusted.available_here ? std::to_string(adjusted.available_here->count()) : "?");
}
std::string in_short(const event::RightsSent& sent) {
  return "sent " + sent.sku + ' ' + sent.to + ' ' + std::to_string(sent.quantity.count());
}
std::string in_short(const event::RightsReceived& received) {
  return "received " + received.sku + ' ' + received.from + ' ' + std::to_string(received.quantity.count());
}

std::vector<std::string> told(const Shop& shop) {
  std::vector<std::string> lines;
  for (const Event& event : events_of(shop))
    lines.push_back(std::visit([](const auto& what) { return in_short(what); }, event.what));
  return lines;
}

using Told = std::vector<std::string>;

TEST(Events, tell_a_reservation_s_whole_life_with_all_its_lines) {
  Shop shop;
  shop.adjust("a", 10);
  shop.adjust("b", 10);
  shop.reserve("r", {{"a", 3}, {"b", 2}});
  shop.change("r", {{"a", 1}, {"b", 2}});
  shop.extend("r", 60);
  shop.purchase("r", "o-1");
  shop.give_back("r", "k", {{"b", 1}});
  EXPECT_EQ(told(shop),
            (Told{"stock a 10 -> 10", "stock b 10 -> 10", "pending r a=3 b=2", "changed r a=1 b=2",
                  "changed r a=1 b=2", "purchased r a=1 b=2", "returned r a=1 b=2-1"}));
  const auto events = events_of(shop);
  const auto& bought = std::get<event::ReservationChanged>(events[5].what).after;
  EXPECT_EQ(bought.state, ReservationState::purchased);
  EXPECT_EQ(bought.order, "o-1");
}

TEST(Events, tell_of_an_expiry_and_of_the_purchase_that_takes_the_units_again) {
  Shop shop;
  shop.adjust("a", 10);
  shop.reserve("r", {{"a", 3}});
  shop.pass(Millis(700'000));
  shop.purchase("r");
  EXPECT_EQ(told(shop), (Told{"stock a 10 -> 10", "pending r a=3", "expired r a=3", "purchased r a=3"}));
}

TEST(Events, tell_the_release_of_what_was_replaced_before_what_replaced_it) {
  Shop shop;
  shop.adjust("a", 10);
  shop.reserve("old", {{"a", 3}});
  auto request = test::reserve("new", {{"a", 5}});
  request.replaces = "old";
  EXPECT_EQ(said(shop.ask(request)), "created");
  EXPECT_EQ(told(shop), (Told{"stock a 10 -> 10", "pending old a=3", "released old a=3", "pending new a=5"}));
  const auto events = events_of(shop);
  const Event& released = events[2];
  EXPECT_EQ(std::get<event::ReservationChanged>(released.what).after.state, ReservationState::released);
  EXPECT_EQ(released.next.part, 1u) << "the record's second part follows";
  EXPECT_EQ(events[3].next, (EventCursor{released.next.record.next(), 0}));
}

TEST(Events, tell_of_an_import_each_sku_once_with_what_is_available_after_it) {
  Shop shop;
  shop.adjust("b", 4);
  shop.reserve("r", {{"b", 1}});
  request::Import import{.key = "i"};
  import.lines = {{.line = 2, .sku = "b", .quantity = Units(2)},
                  {.line = 3, .sku = "a", .quantity = Units(7)},
                  {.line = 4, .sku = "b", .quantity = Units(1)},
                  {.line = 5,
                   .sku = "c",
                   .fault = "quantity must be a number" }};
  (void)shop.ask(import);
  EXPECT_EQ(told(shop), (Told{"stock b 4 -> 4", "pending r b=1", "stock a 7 -> 7", "stock b 3 -> 6"}));
}

TEST(Events, tell_what_a_count_and_a_write_off_changed) {
  Shop shop;
  shop.adjust("a", 10);
  shop.count("a", 7);
  shop.adjust("a", -2);
  EXPECT_EQ(told(shop), (Told{"stock a 10 -> 10", "stock a -3 -> 7", "stock a -2 -> 5"}));
}

TEST(Events, tell_of_rights_sent_and_received_by_how_many_they_are_more) {
  Shop shop(Peers{"us"});
  shop.adjust("a", 10);
  shop.link("us");
  shop.hear("us", {{.sku = "a", .received = 9, .sent_here = 2}, {.sku = "b", .received = 5}});
  shop.hear("us", {{.sku = "a", .received = 9, .sent_here = 6}});
  (void)shop.ask(request::MoveRights{"a", "m", "us", Units(3), ""});
  EXPECT_EQ(told(shop), (Told{"stock a 10 -> 10", "received a us 2", "received a us 4", "sent a us 3"}));
}

TEST(Events, are_silent_where_a_record_changed_nothing_for_shops) {
  Shop shop(Peers{"us"});
  shop.link("us");
  shop.pass(Millis(5'000));
  EXPECT_EQ(told(shop), Told{});
}

TEST(Events, are_told_as_of_their_record_whatever_happened_since) {
  Shop shop;
  shop.adjust("a", 10);
  shop.reserve("r", {{"a", 1}});
  const auto before = events_of(shop);
  shop.pass(Millis(30'000));
  shop.release("r");
  const auto after = events_of(shop);
  EXPECT_EQ(before[1], after[1]);
  const auto& pending = std::get<event::ReservationChanged>(after[1].what).after;
  EXPECT_EQ(pending.expires_in, Millis(600'000));
  EXPECT_EQ(pending.expires_at, after[1].at + Millis(600'000));
}

TEST(Events, have_cursors_that_only_grow_and_differ) {
  Shop shop;
  shop.adjust("a", 10);
  shop.reserve("r", {{"a", 1}});
  auto request = test::reserve("s", {{"a", 1}});
  request.replaces = "r";
  (void)shop.ask(request);
  shop.release("s");
  const auto events = events_of(shop);
  ASSERT_EQ(events.size(), 5u);
  for (std::size_t i = 1; i < events.size(); ++i) EXPECT_LT(events[i - 1].next, events[i].next);
}

}  // namespace
}  // namespace holdfast::test
