// The small parts that the rest of the core rests on, each alone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/demand.h"
#include "core/fingerprint.h"
#include "core/listing.h"
#include "core/past.h"
#include "core/regions.h"
#include "core/reservation.h"
#include "core/shortage.h"
#include "core/slice_copy.h"
#include "core/state.h"
#include "support/shop.h"

namespace holdfast::test {
namespace {

using namespace std::chrono_literals;
using testing::IsEmpty;
using testing::SizeIs;

TEST(ReservationStates, go_from_pending_to_an_end_and_from_expired_to_purchased_and_nowhere_else) {
  using State = ReservationState;
  using Event = ReservationEvent;
  std::map<std::pair<State, Event>, State> ways{{{State::pending, Event::purchase}, State::purchased},
                                                {{State::pending, Event::release}, State::released},
                                                {{State::pending, Event::deadline}, State::expired},
                                                {{State::expired, Event::reacquire}, State::purchased}};
  for (const State from : {State::pending, State::purchased, State::released, State::expired})
    for (const Event event : {Event::purchase, Event::release, Event::deadline, Event::reacquire}) {
      const auto way = ways.find({from, event});
      EXPECT_EQ(next(from, event), way == ways.end() ? std::nullopt : std::optional(way->second))
          << static_cast<int>(from) << " " << static_cast<int>(event);
    }
}

TEST(AttemptsToReserve, are_counted_by_how_they_ended_told_in_full_or_briefly) {
  answer::BriefReservation brief;
  answer::ReservationAnswer full;
  brief.created = full.created = true;
  Attempts attempts;
  attempts.add(Success(brief));
  attempts.add(Success(full));
  brief.created = full.created = false;
  attempts.add(Success(brief));
  attempts.add(Success(full));
  attempts.add(failure(Refusal{}));
  EXPECT_EQ(attempts.created, 2u);
  EXPECT_EQ(attempts.replayed, 2u);
  EXPECT_EQ(attempts.refused, 1u);
}

// Ledgers keep them: a repeat of what an earlier version recorded must be known again.
TEST(Fingerprints, are_of_all_fields_that_count_each_with_its_length) {
  const auto number = [](std::uint64_t value) { return std::string(reinterpret_cast<char*>(&value), 8); };
  const auto text = [&](const std::string& value) { return number(value.size()) + value; };
  request::Reserve reserve{.id = "r", .lines = {{"cup", Units(6)}}, .ttl = 15min, .wait = 2s};
  const std::string of_one = number(900'000) + number(1) + number(0) + text("") + text("");
  EXPECT_EQ(fingerprint(reserve, 7), digest(of_one + number(6) + text("cup"), 7));
  EXPECT_EQ(fingerprint_in_words(reserve, 7), digest("7:reserve0:900000;0;0:1;3:cup6;", 7));
  reserve.customer = "a customer with a name";
  reserve.replaces = "q";
  reserve.partial = true;
  reserve.lines = {{"jug", Units(1)}, {"cup", Units(12)}, {"jug", Units(2)}};
  const std::string of_two =
      number(900'000) + number(2) + number(1) + text("a customer with a name") + text("q");
  EXPECT_EQ(fingerprint(reserve, 7), digest(of_two + number(12) + text("cup") + number(3) + text("jug"), 7));
  EXPECT_EQ(fingerprint_in_words(reserve, 7),
            digest("7:reserve22:a customer with a name900000;1;1:q2;3:cup12;3:jug3;", 7));
  reserve = {.id = "r", .lines = {{std::string(300, 's'), Units(1)}}, .ttl = 15min};  // more than most take
  EXPECT_EQ(fingerprint(reserve, 7), digest(of_one + number(1) + text(std::string(300, 's')), 7));
  EXPECT_EQ(fingerprint_in_words(reserve, 7),
            digest("7:reserve0:900000;0;0:1;300:" + std::string(300, 's') + "1;", 7));
}

TEST(Fingerprints, of_every_kind_begin_with_its_name) {
  EXPECT_EQ(fingerprint(request::Return{"r", "k", {}}, 7), digest("6:return1:r0;", 7));
  EXPECT_EQ(fingerprint(request::Change{"r", {{"cup", Units(2)}}}, 7), digest("6:change1:r1;3:cup2;", 7));
  EXPECT_EQ(fingerprint(request::Adjust{"cup", "k", Units(-12), "broken", "eu", 1s}, 7),
            digest("6:adjust3:cup-12;6:broken2:eu", 7));
  EXPECT_EQ(fingerprint(request::Count{"cup", "k", Units(40), "shelf", ""}, 7),
            digest("5:count3:cup40;5:shelf0:", 7));
  EXPECT_EQ(fingerprint(request::MoveRights{"cup", "k", "us", Units(3), "eu"}, 7),
            digest("4:move3:cup2:us2:eu3;", 7));
  EXPECT_EQ(
      fingerprint(request::Import{"k", "eu", {{1, "cup", Units(5), ""}, {12, "", Units(0), "no SKU"}}}, 7),
      digest("6:import2:eu1;3:cup5;0:12;0:0;6:no SKU", 7));
}

TEST(Fingerprints, of_an_import_are_of_all_its_lines_however_many) {
  request::Import import{"k", "", {}};
  std::string text = "6:import0:";
  for (std::uint64_t line = 2; line < 2'000; ++line) {
    import.lines.push_back({line, "cup", Units(5), ""});
    text += std::to_string(line) + ";3:cup5;0:";
    if (line % 100 == 2) {
      EXPECT_EQ(fingerprint(import, 7), digest(text, 7)) << line;
    }
  }
}

TEST(SizesOfSlices, are_guessed_by_what_is_in_them) {
  const SliceCopy closed{ClosedSlice{0, std::vector<ClosedSlice::Entry>(3)}};
  EXPECT_EQ(bytes_guess(closed), 3 * bytes_guess(ClosedSlice{0, std::vector<ClosedSlice::Entry>(1)}));
  EXPECT_EQ(bytes_guess(ClosedSlice{}), 0u);
}

TEST(DemandNames, are_counted_once_of_late_and_again_when_they_are_forgotten) {
  constexpr std::uint64_t names = 1 << 16;
  Demand demand;
  const auto counts = [&](std::uint64_t id) {
    return demand.counts(name_of_reservation(std::to_string(id), 7));
  };
  const auto counted = [&](std::uint64_t from, std::uint64_t to) {
    std::uint64_t count = 0;
    for (std::uint64_t id = from; id < to; ++id) count += counts(id);
    return count;
  };
  EXPECT_EQ(counted(0, names), names);
  EXPECT_EQ(counted(names - names / 8, names), 0u);
  EXPECT_LE(counted(0, names), names / 16);
  EXPECT_EQ(counted(names, 4 * names), 3 * names);
  EXPECT_GE(counted(0, names / 64), names / 64 - 32);
}

TEST(RegionsTable, is_of_the_configured_regions_by_name_and_by_the_link_that_they_have) {
  Regions regions(config_of("eu", {"us", "ap"}));
  regions.find("ap")->link = LinkId(7);
  const Regions& seen = regions;
  EXPECT_EQ(seen.find("ap"), &seen.all()[1]);
  EXPECT_EQ(seen.find("eu"), nullptr) << "of the others only";
  EXPECT_EQ(seen.on(LinkId(7)), &seen.all()[1]);
  EXPECT_EQ(seen.on(LinkId(8)), nullptr);
}

TEST(States, that_branch_off_one_another_go_their_own_ways) {
  Shop shop;
  shop.adjust("a", 5);
  State copy = shop.state();
  shop.adjust("b", 7);
  EXPECT_EQ(copy.stock().find("a"), SkuId(0));
  EXPECT_FALSE(copy.stock().find("b"));
  copy.apply(shop.journal().back());
  EXPECT_EQ(all_slices(copy), all_slices(shop.state()));
}

TEST(Shortages, what_is_here_is_not_short) {
  EXPECT_EQ(shortage(Units(3), {.here = Units(3)}), std::nullopt);
}

// Two ids of one digest: the second is not taken for the first.
TEST(Pasts, of_another_id_or_key_than_was_asked_for_are_nobodys) {
  Record record;
  record::ReservationChanged changed;
  changed.after.id = "one";
  changed.key = KeyUse{"key", {}};
  changed.replaced = Reservation{};
  changed.replaced->id = "two";
  record.body = changed;
  EXPECT_NE(key_use(record, "key"), nullptr);
  EXPECT_EQ(key_use(record, "another"), nullptr);
  record.body = record::TimePassed{};
  EXPECT_EQ(key_use(record, "key"), nullptr);
}

TEST(Pasts, of_another_reservation_than_was_asked_for_are_not_taken_for_it) {
  Shop shop;
  shop.adjust("a", 5);
  shop.reserve("r", {{"a", 1}});
  shop.release("r");
  const Position at = *shop.state().memories().find(name_of_reservation("r", shop.state().hash_seed()));
  Record record = shop.journal().at(at.value() - 1);
  EXPECT_NE(ended(shop.state(), "r", {{at, record}}), nullptr);
  auto& changed = std::get<record::ReservationChanged>(record.body);
  changed.after.id = "another";
  EXPECT_EQ(ended(shop.state(), "r", {{at, record}}), nullptr);
  changed.replaced = changed.after;
  EXPECT_EQ(ended(shop.state(), "r", {{at, record}}), nullptr);
  changed.replaced->id = "r";
  const std::vector<Past> past{{at, record}};
  EXPECT_EQ(ended(shop.state(), "r", past)->id, "r") << "it was replaced in that record";
  record.body = record::TimePassed{};
  EXPECT_EQ(ended(shop.state(), "r", {{at, record}}), nullptr) << "the journal no longer has it";
}

// Lists.

TEST(ListsOfMany, look_through_a_bounded_number_of_pending_ones_and_go_on_with_the_next_page) {
  Shop shop;
  shop.adjust("a", 100'000);
  shop.adjust("b", 1);
  for (int i = 0; i < 10'000; ++i) shop.reserve("r" + std::to_string(i), {{"a", 1}});
  shop.reserve("last", {{"b", 1}});
  request::ListReservations request{.sku = "b"};
  const auto first = std::get<answer::ReservationList>(*shop.answer_to(shop.submit(request))->operator->());
  EXPECT_THAT(first.reservations, IsEmpty());
  ASSERT_FALSE(first.next.empty());
  request.after = first.next;
  const auto second = std::get<answer::ReservationList>(*shop.answer_to(shop.submit(request))->operator->());
  ASSERT_THAT(second.reservations, SizeIs(1));
  EXPECT_EQ(second.reservations[0].id, "last");
  EXPECT_EQ(second.next, "");
}

TEST(ListsOfMany, take_no_cursor_that_no_answer_gave) {
  Shop shop;
  for (const char* cursor : {"x", "1x", "-1", "18446744073709551615", "99999999999999999999"})
    EXPECT_EQ(said(shop.ask(request::ListReservations{.after = cursor})), "validation_failed") << cursor;
}

}  // namespace
}  // namespace holdfast::test
