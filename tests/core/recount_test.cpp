// A recount explains each change of a SKU in words, counts rights that came and went, and finds what differs.
#include "core/recount.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/closed_sums.h"
#include "support/shop.h"

namespace holdfast::test {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

// What each record did to the rights here, in words.
std::vector<std::pair<std::string, std::int64_t>> told(const answer::AuditReport& report) {
  std::vector<std::pair<std::string, std::int64_t>> events;
  for (const answer::AuditEvent& event : report.events) events.emplace_back(event.what, event.rights.count());
  return events;
}

class RecountTest : public testing::Test {
 protected:
  answer::AuditReport audit(const std::string& sku = "") {
    Recount counted(shop.state(), sku);
    for (const Record& record : shop.journal()) counted.feed(shop.state(), record);
    const Answer answer = report(std::move(counted));
    return answer ? std::get<answer::AuditReport>(*answer) : answer::AuditReport{};
  }
  Answer report(Recount counted) {
    const RequestToken token(1'000'000 + ++audits);
    EXPECT_TRUE(counted.compare(shop.state(), shop.state().stock().size()));
    shop.step(input::Recounted{token, std::make_shared<const Recount>(std::move(counted))});
    return *shop.answer_to(token);
  }
  std::vector<std::string> alarms() {
    std::vector<std::string> codes;
    const auto status = std::get<answer::Status>(shop.ask(request::GetStatus{}).value());
    for (const answer::Alarm& alarm : status.alarms) codes.push_back(alarm.code);
    return codes;
  }
  void expire(const std::string& id) {
    shop.extend(id, 1);
    shop.pass(2s);
  }

  Shop shop{Peers{"us"}};
  std::uint64_t audits = 0;
};

TEST_F(RecountTest, tells_in_words_what_each_record_did_to_a_sku) {
  shop.adjust("a", 20);
  shop.count("a", 19);
  request::Import import{.key = "import"};
  import.lines = {{.line = 1, .sku = "a", .quantity = Units(5), .fault = ""},
                  {.line = 2,
                   .sku = "b",
                   .quantity = Units(5),
                   .fault = "" }};
  shop.ask(import);
  for (const char* id : {"sold", "gone", "late"}) shop.reserve(id, {{"a", 2}});
  shop.change("gone", {{"a", 3}});
  shop.purchase("sold");
  shop.give_back("sold", "back");
  shop.release("gone");
  expire("late");
  shop.purchase("late");
  EXPECT_THAT(told(audit("a")),
              ElementsAre(Pair("adjusted: test", 20), Pair("counted: test", -1), Pair("imported", 5),
                          Pair("reservation sold reserved", 0), Pair("reservation gone reserved", 0),
                          Pair("reservation late reserved", 0), Pair("reservation gone changed", 0),
                          Pair("reservation sold purchased", -2), Pair("reservation sold returned", 2),
                          Pair("reservation gone released", 0), Pair("reservation late expired", 0),
                          Pair("reservation late purchased, after it had expired", -2)));
  EXPECT_THAT(audit().mismatches, IsEmpty());
}

TEST_F(RecountTest, tells_where_rights_went_and_why_and_where_they_came_from) {
  shop.link("us");
  shop.adjust("a", 10);
  request::MoveRights move{.sku = "a", .key = "move", .to = "us", .quantity = Units(1)};
  shop.ask(move);
  for (const auto& [kind, target] :
       {std::pair(record::TransferKind::urgent, 3), std::pair(record::TransferKind::cover, 4)}) {
    message::Ask ask;
    ask.asker = {"us", {1, 1}};
    ask.giver = config_of("eu").own;
    ask.sku = "a";
    ask.target = Units(target);
    ask.kind = kind;
    shop.step(input::Received{LinkId(1), ask});
  }
  shop.hear("us", {{"a", 9, 2}, {"b", 9, 1}});
  shop.hear("us", {{"a", 9, 2, 1}});
  shop.hear("us", {{"a", 9, 5}});
  EXPECT_THAT(told(audit("a")),
              ElementsAre(Pair("adjusted: test", 10), Pair("rights sent to us, moved by hand", -1),
                          Pair("rights sent to us, shoppers wait there", -2),
                          Pair("rights sent to us, asked for cover", -1), Pair("rights received from us", 2),
                          Pair("rights received from us", 3)));
  EXPECT_EQ(shop.rights("a"), 11);
  EXPECT_THAT(audit().mismatches, IsEmpty());
}

TEST_F(RecountTest, keeps_the_newest_of_many_events) {
  for (int i = 0; i < 22; ++i) shop.adjust("a", 1);
  const answer::AuditReport audited = audit("a");
  EXPECT_THAT(audited.events, SizeIs(20));
  EXPECT_EQ(audited.events.back().position, shop.state().position());
}

// A reservation that no record made.
TEST_F(RecountTest, that_counts_another_number_of_pending_reservations_says_so_and_raises_an_alarm) {
  shop.adjust("a", 10);
  shop.reserve("r", {{"a", 1}});
  std::vector<Record> forged = shop.journal();
  std::get<record::ReservationChanged>(forged.back().body).step = record::ReservationStep::extended;
  Recount counted(shop.state(), "");
  for (const Record& record : forged) counted.feed(shop.state(), record);
  const auto found = std::get<answer::AuditReport>(*report(std::move(counted)));
  ASSERT_THAT(found.mismatches, SizeIs(2));
  EXPECT_EQ(found.mismatches[0].field, "reserved");
  EXPECT_EQ(found.mismatches[1].field, "pending_reservations");
  EXPECT_EQ(found.mismatches[1].counted, no_units);
  EXPECT_EQ(found.mismatches[1].stored, Units(1));
  EXPECT_THAT(alarms(), ElementsAre("audit_mismatch"));
  EXPECT_EQ(shop.replica().readings(shop.now().node).audit_mismatches, 2u);
  audit("a");
  EXPECT_THAT(alarms(), ElementsAre("audit_mismatch")) << "of one SKU: it says nothing of the others";
  audit();
  EXPECT_THAT(alarms(), IsEmpty());
}

// us sold what it never had: whoever has heard of all of it sees that.
TEST_F(RecountTest, what_all_regions_sold_beyond_what_came_in_is_oversold) {
  shop.link("us");
  shop.adjust("a", 2);
  message::Rows rows;
  rows.number = 1;
  rows.replicas = {{"us", {1, 1}}};
  message::WireRow row;
  row.sku = "a";
  row.row.purchased = Units(5);
  row.row.version = Version(1);
  rows.sections = {{0, record::VersionRange{Version(0), Version(1)}, {row}}};
  shop.step(input::Received{LinkId(1), rows});
  EXPECT_EQ(audit().oversold, Units(3));
  EXPECT_EQ(std::get<answer::Status>(shop.ask(request::GetStatus{}).value()).oversold, Units(3));
}

TEST_F(RecountTest, says_nothing_of_the_whole_world_while_more_is_stated_than_is_here) {
  shop.link("us");
  shop.hear("us", {{"a", 1}});
  shop.step(input::Received{LinkId(1), message::VersionVector{{{{"us", {1, 1}}, Version(7)}}, 0}});
  const auto status = std::get<answer::Status>(shop.ask(request::GetStatus{}).value());
  EXPECT_FALSE(status.oversold_checked_ago);
  EXPECT_EQ(audit().oversold, no_units);
}

// Closed sums: what deleted records meant.

TEST_F(RecountTest, of_a_slice_of_skus_that_came_out_even_no_sums_are_kept) {
  const SkuId far_off(static_cast<std::uint32_t>(skus_per_slice));
  Record reserved;
  record::ReservationChanged changed;
  changed.step = record::ReservationStep::reserved;
  changed.after.lines = {{far_off, Units(2), {}}};
  reserved.body = changed;
  Record released;
  changed.step = record::ReservationStep::released;
  released.body = changed;

  ClosedSums closed;
  closed.close(reserved);
  EXPECT_THAT(closed.take_changed(), ElementsAre(0, 1));
  ASSERT_TRUE(closed.slice(1));
  EXPECT_EQ(closed.slice(1)->skus, (std::vector<ClosedSlice::Entry>{{far_off, {.reserved = Units(2)}}}));
  EXPECT_EQ(closed.slice(1)->pending, 0) << "pending ones are counted in the first slice";
  EXPECT_EQ(closed.slice(0)->pending, 1);
  closed.close(released);
  EXPECT_THAT(closed.take_changed(), ElementsAre(0, 1));
  EXPECT_FALSE(closed.slice(1));
  EXPECT_EQ(closed.slice(0)->pending, 0);
  EXPECT_THAT(closed.slice(0)->skus, IsEmpty());
}

TEST_F(RecountTest, counts_the_sums_of_deleted_records_as_a_state_read_from_its_slices_has_them) {
  shop.adjust("a", 10);
  shop.reserve("r", {{"a", 3}});
  ClosedSums closed;
  for (const Record& record : shop.journal()) closed.close(record);
  State& state = shop.replica().state();
  state.restore({SliceKind::closed, 0}, closed.through(), *closed.slice(0));
  EXPECT_EQ(state.slice({SliceKind::closed, 0}), SliceValue(*closed.slice(0)));
  Recount counted(shop.state(), "");
  EXPECT_THAT(std::get<answer::AuditReport>(*report(std::move(counted))).mismatches, IsEmpty());
}

// Where history begins later, a peer's first row does not say what of it is new.
TEST_F(RecountTest, of_what_a_peer_sent_only_what_grew_is_explained_where_older_records_are_gone) {
  shop.link("us");
  shop.hear("us", {{"a", 9, 2}});
  ClosedSums closed;
  for (const Record& record : shop.journal()) closed.close(record);
  const std::size_t gone = shop.journal().size();
  shop.hear("us", {{"a", 9, 3}});
  shop.hear("us", {{"a", 9, 7}});
  State& state = shop.replica().state();
  state.restore({SliceKind::closed, 0}, closed.through(), *closed.slice(0));
  Recount counted(shop.state(), "a");
  for (std::size_t i = gone; i < shop.journal().size(); ++i) counted.feed(shop.state(), shop.journal()[i]);
  EXPECT_THAT(told(std::get<answer::AuditReport>(*report(std::move(counted)))),
              ElementsAre(Pair("rights received from us", 4)));
}

}  // namespace
}  // namespace holdfast::test
