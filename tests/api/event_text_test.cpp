#include "api/event_text.h"

#include <gtest/gtest.h>

namespace holdfast::api {
namespace {

constexpr Teller eu{"eu", 0xf00d};

Event event_of(decltype(Event::what) what) {
  return {{Position(0x3e8), 0}, wall_time(1'795'456'800'000), std::move(what)};
}

std::string text_of(const Event& event) {
  std::string text;
  append_event(text, event, eu);
  return text;
}

TEST(Cursors, come_back_as_they_were_told) {
  for (const JournalCursor& cursor :
       {JournalCursor{0, {Position(1), 0}}, JournalCursor{0xffffffff, {Position(~std::uint64_t{0}), ~0u}}})
    EXPECT_EQ(read_cursor(text_of(cursor)), cursor);
}

TEST(Cursors, are_taken_only_as_they_were_told) {
  for (const char* text : {"1-2", "1-2-", "-1-2-3", "1-2-3 ", "01-2-3", "1-02-3", "1-0-0", "G-1-1", "1-2-3-4",
                           "+1-2-3", "1-10000000000000000-0", "100000000-1-0", "1-A-0", "1 2 3", "x"})
    EXPECT_FALSE(read_cursor(text)) << text;
}

TEST(EventText, shows_a_reservation_as_it_is_after_it) {
  event::ReservationChanged changed;
  changed.kind = event::ReservationKind::purchased;
  changed.after.id = "cart-1";
  changed.after.state = ReservationState::purchased;
  changed.after.order = "o-1";
  changed.after.created_at = wall_time(1'795'456'700'000);
  changed.after.lines = {{"85123A", Units(6), Units(0)}};
  EXPECT_EQ(text_of(event_of(changed)),
            "id: f00d-3e8-0\n"
            "event: reservation.purchased\n"
            R"(data: {"cursor":"f00d-3e8-0","region":"eu","at":"2026-11-23T18:00:00.000Z","id":"cart-1",)"
            R"("state":"purchased","customer":null,"order":"o-1","created_at":"2026-11-23T17:58:20.000Z",)"
            R"("expires_at":null,"expires_in_ms":null,"lines":[{"sku":"85123A","quantity":6}]})"
            "\n\n");
}

TEST(EventText, shows_stock_and_rights) {
  EXPECT_TRUE(text_of(event_of(event::StockAdjusted{"a", Units(-3), "broken", Units(7)}))
                  .contains(R"("sku":"a","delta":-3,"reason":"broken","available_here":7})"));
  EXPECT_TRUE(text_of(event_of(event::StockAdjusted{"a", Units(3), "", std::nullopt}))
                  .contains(R"("sku":"a","delta":3,"reason":null,"available_here":null})"));
  EXPECT_TRUE(text_of(event_of(event::RightsSent{"a", "us", Units(4), Units(2)}))
                  .contains(R"("sku":"a","to":"us","quantity":4,"rights_here":2})"));
  EXPECT_TRUE(
      text_of(event_of(event::RightsReceived{"a", "us", Units(4)})).contains("event: rights.received\n"));
}

TEST(EventText, is_one_line_whatever_a_shop_writes) {
  const std::string text = text_of(event_of(event::StockAdjusted{"a", Units(1), "two\nlines\r", Units(1)}));
  EXPECT_EQ(std::ranges::count(text, '\n'), 4);
  EXPECT_FALSE(text.contains('\r'));
}

TEST(EventText, marks_a_region_that_is_cut_off_as_not_of_the_journal) {
  std::string text;
  append_event(text, RegionTurn{"us", false, wall_time(1'795'456'800'000)}, {Position(7), 1}, eu);
  EXPECT_EQ(text,
            "id: f00d-7-1\n"
            "event: region.cut_off\n"
            R"(data: {"cursor":"f00d-7-1","region":"eu","at":"2026-11-23T18:00:00.000Z","journal":false,)"
            R"("peer":"us","state":"cut_off"})"
            "\n\n");
}

}  // namespace
}  // namespace holdfast::api
