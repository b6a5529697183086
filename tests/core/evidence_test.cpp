// Evidence that two processes sell under one name: what counts against this region, what against a peer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/forks.h"
#include "core/invariants.h"
#include "support/effort.h"
#include "support/shop.h"

namespace holdfast::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const ReplicaId own_eu = config_of("eu").own;
const ReplicaId peer_us{"us", {1, 1}};

message::WireRow row_of(const std::string& sku, std::int64_t received, std::uint64_t version) {
  message::WireRow wire;
  wire.sku = sku;
  wire.row.received = Units(received);
  wire.row.version = Version(version);
  return wire;
}

message::Rows rows_of(const ReplicaId& writer, message::WireRow wire) {
  message::Rows rows;
  rows.number = 1;
  rows.replicas = {writer, peer_us};
  rows.sections = {{0, std::nullopt, {std::move(wire)}}};
  return rows;
}

// Region eu, which wrote version 1 of "a" and version 2 of "b"; us is linked.
class Evidence : public testing::Test {
 protected:
  Evidence() : shop(Peers{"us", "ap"}) {
    shop.link("us");
    shop.adjust("a", 5);
    shop.adjust("b", 5);
  }
  void hear(Message message, std::uint64_t link = 1) {
    shop.step(input::Received{LinkId(link), std::move(message)});
  }
  [[nodiscard]] const std::string& fenced() const { return shop.state().fenced(); }
  [[nodiscard]] const std::string& distrusted() const {
    return shop.state().replicas().distrusted(*shop.state().replicas().find(peer_us));
  }
  [[nodiscard]] std::vector<message::Accusation> shown() const {
    std::vector<message::Accusation> accusations;
    for (const Message& message : shop.sent())
      if (const auto* accusation = std::get_if<message::Accusation>(&message))
        accusations.push_back(*accusation);
    return accusations;
  }
  // Whose rows this region says it takes no more of.
  [[nodiscard]] std::vector<std::string> refused() {
    shop.sleep(Millis(100));
    shop.step(input::Tick{});
    std::vector<std::string> found;
    for (const Message& message : shop.sent())
      if (const auto* vector = std::get_if<message::VersionVector>(&message))
        for (const auto& entry : vector->entries)
          if (entry.is_distrusted) found.push_back(entry.replica.region);
    return found;
  }
  Shop shop;
};

// Against this region.

TEST_F(Evidence, a_row_of_ours_that_gave_to_a_replica_unknown_here_fences_us) {
  message::WireRow wire = row_of("a", 5, 1);
  wire.row.sent = {{ReplicaIx(0), Units(1)}};
  message::Rows rows = rows_of(own_eu, wire);
  rows.replicas.push_back({"ap", {9, 9}});
  rows.sections[0].rows[0].row.sent[0].to = ReplicaIx(2);
  hear(rows);
  EXPECT_THAT(fenced(), HasSubstr("names a replica unknown here"));
}

TEST_F(Evidence, a_row_of_ours_that_gives_to_nobody_in_the_message_fences_us) {
  message::WireRow wire = row_of("a", 5, 1);
  wire.row.sent = {{ReplicaIx(7), Units(1)}};
  hear(rows_of(own_eu, wire));
  EXPECT_THAT(fenced(), HasSubstr("names a replica unknown here"));
}

TEST_F(Evidence, a_row_of_ours_that_gave_what_this_ledger_never_gave_fences_us) {
  message::WireRow wire = row_of("a", 5, 1);
  wire.row.sent = {{ReplicaIx(1), Units(1)}};
  hear(rows_of(own_eu, wire));
  EXPECT_THAT(fenced(), HasSubstr("two processes sell under this name"));
}

TEST_F(Evidence, a_row_of_ours_of_a_sku_unknown_here_fences_us) {
  hear(rows_of(own_eu, row_of("z", 5, 1)));
  EXPECT_THAT(fenced(), HasSubstr("row of z, which this ledger never wrote"));
}

TEST_F(Evidence, the_first_evidence_is_the_reason_that_stays) {
  hear(rows_of(own_eu, row_of("z", 5, 1)));
  const std::string first = fenced();
  const std::size_t records = shop.journal().size();
  hear(message::VersionVector{{{own_eu, Version(99)}}, 0});
  EXPECT_EQ(fenced(), first);
  EXPECT_EQ(shop.journal().size(), records);
}

TEST_F(Evidence, of_an_accusation_that_is_not_of_us_nothing_is_believed) {
  hear(message::Accusation{peer_us, {{1, 99, Version(0)}}, row_of("a", 7, 1), {}, "it is said"});
  EXPECT_THAT(fenced(), IsEmpty());
  EXPECT_THAT(distrusted(), IsEmpty());
}

TEST_F(Evidence, an_accusation_that_says_what_is_so_here_fences_nobody) {
  hear(message::Accusation{own_eu, shop.state().boots(), std::nullopt, {}, "a late handshake"});
  EXPECT_THAT(fenced(), IsEmpty());
  hear(message::Accusation{own_eu, shop.state().boots(), row_of("a", 5, 1), {own_eu}, "a late handshake"});
  EXPECT_THAT(fenced(), IsEmpty());
}

TEST_F(Evidence, an_accusation_with_another_nonce_of_a_boot_of_ours_fences_us) {
  hear(message::Accusation{own_eu, {{1, 99, Version(0)}}, std::nullopt, {}, ""});
  EXPECT_THAT(fenced(), HasSubstr("another boot 1 of this region: two processes"));
}

TEST_F(Evidence, an_accusation_with_another_content_of_a_version_of_ours_fences_us) {
  hear(message::Accusation{own_eu, shop.state().boots(), row_of("a", 6, 1), {own_eu}, ""});
  EXPECT_THAT(fenced(), HasSubstr("two contents of version 1"));
}

// Against a peer.

TEST_F(Evidence, an_older_row_with_a_field_that_is_larger_than_in_a_newer_one_is_proof) {
  hear(rows_of(peer_us, row_of("a", 5, 102)));
  hear(rows_of(peer_us, row_of("a", 4, 101)));
  EXPECT_THAT(distrusted(), IsEmpty()) << "it is late";
  hear(rows_of(peer_us, row_of("a", 6, 100)));
  EXPECT_THAT(distrusted(), HasSubstr("had been larger in version 100"));
}

TEST_F(Evidence, of_one_that_is_distrusted_already_is_shown_and_recorded_once) {
  hear(rows_of(peer_us, row_of("a", 5, 101)));
  hear(rows_of(peer_us, row_of("a", 6, 101)));
  EXPECT_EQ(shown().size(), 1u);
  const std::string first = distrusted();
  const std::size_t records = shop.journal().size();
  shop.step(input::LinkUp{LinkId(2),
                          input::DialledBy::us,
                          {protocol_version, "shop", peer_us, Version(200), {{1, 99, Version(0)}}}});
  EXPECT_FALSE(shown().empty());
  EXPECT_EQ(distrusted(), first);
  EXPECT_EQ(shop.journal().size(), records);
}

TEST_F(Evidence, of_a_distrusted_replica_no_link_is_kept_although_it_contradicts_nothing_more) {
  hear(rows_of(peer_us, row_of("a", 5, 101)));
  hear(rows_of(peer_us, row_of("a", 6, 101)));
  shop.step(input::LinkUp{LinkId(2),
                          input::DialledBy::us,
                          {protocol_version, "shop", peer_us, Version(200), {{1, 1, Version(0)}}}});
  ASSERT_EQ(shown().size(), 1u);
  EXPECT_THAT(shown()[0].reason, HasSubstr("two contents of version 101"));
}

// What a third region relays of a region without a link is judged as well.
TEST_F(Evidence, of_a_region_that_is_not_linked_is_kept_and_shown_when_it_comes) {
  const ReplicaId ap{"ap", {1, 1}};
  hear(rows_of(ap, row_of("a", 5, 101)));
  hear(rows_of(ap, row_of("a", 6, 101)));
  EXPECT_THAT(shown(), IsEmpty());
  EXPECT_FALSE(shop.state().replicas().distrusted(*shop.state().replicas().find(ap)).empty());
  shop.link("ap");
  ASSERT_EQ(shown().size(), 1u);
  EXPECT_EQ(shown()[0].accused, ap);
  ASSERT_TRUE(shown()[0].row);
  EXPECT_EQ(shown()[0].row->row.received, Units(5));
}

TEST_F(Evidence, a_region_known_by_its_relayed_rows_alone_is_linked_at_its_first_handshake) {
  hear(rows_of({"ap", {1, 1}}, row_of("a", 5, 1)));
  shop.link("ap");
  EXPECT_THAT(shown(), IsEmpty());
  const auto status = std::get<answer::Status>(shop.ask(request::GetStatus{}).value());
  EXPECT_TRUE(status.regions[2].direct);
}

TEST_F(Evidence, of_one_that_never_wrote_a_row_is_its_boots_alone) {
  shop.step(input::LinkUp{LinkId(2),
                          input::DialledBy::us,
                          {protocol_version, "shop", peer_us, Version(0), {{1, 99, Version(0)}}}});
  ASSERT_FALSE(shown().empty());
  EXPECT_FALSE(shown()[0].row);
  EXPECT_EQ(shown()[0].boots, (std::vector<Boot>{{1, 1, Version(0)}}));
}

// Rows that cannot be.

TEST_F(Evidence, rows_that_name_more_replicas_than_there_may_be_are_not_taken) {
  message::Rows rows = rows_of(peer_us, row_of("c", 5, 1));
  rows.replicas = {peer_us};
  std::vector<Sent>& sent = rows.sections[0].rows[0].row.sent;
  for (std::uint64_t i = 0; i < limits::replicas_max; ++i) {
    sent.push_back({ReplicaIx(static_cast<std::uint16_t>(rows.replicas.size())), Units(1)});
    rows.replicas.push_back({"ap", {i + 1, 1}});
  }
  hear(rows);
  EXPECT_FALSE(shop.state().stock().find("c"));
  EXPECT_EQ(shop.state().replicas().size(), 2u);
  EXPECT_THAT(refused(), ElementsAre("us"));  // or they would come again for ever
}

TEST_F(Evidence, rows_beside_those_that_name_more_replicas_than_there_may_be_are_taken) {
  const ReplicaId ap{"ap", {1, 1}};
  message::Rows rows = rows_of(ap, row_of("c", 5, 1));
  rows.replicas = {ap, own_eu};
  rows.sections[0].range = record::VersionRange{Version(0), Version(2)};
  rows.sections[0].rows.push_back(row_of("d", 5, 2));
  rows.sections[0].rows[1].row.sent = {{ReplicaIx(1), Units(3)}};
  std::vector<Sent>& sent = rows.sections[0].rows[0].row.sent;
  for (std::uint64_t i = 0; i < limits::replicas_max - 2; ++i) {
    sent.push_back({ReplicaIx(static_cast<std::uint16_t>(rows.replicas.size())), Units(1)});
    rows.replicas.push_back({"sa", {i + 1, 1}});
  }
  hear(rows);
  EXPECT_EQ(shop.rights("d"), 3);
  EXPECT_FALSE(shop.state().stock().find("c"));
  EXPECT_EQ(shop.state().replicas().version(*shop.state().replicas().find(ap)), Version{});
  EXPECT_THAT(refused(), ElementsAre("ap"));
}

TEST_F(Evidence, of_replicas_without_end_there_is_an_alarm_before_there_are_too_many) {
  for (std::uint64_t lives = 1; shop.state().replicas().size() < 100; ++lives) {
    EXPECT_THAT(std::get<answer::Status>(shop.ask(request::GetStatus{}).value()).alarms, IsEmpty());
    message::Rows rows = rows_of({"ap", {lives, 1}}, row_of("c", 5, 1));
    rows.number = lives;
    hear(rows);
  }
  const auto alarms = std::get<answer::Status>(shop.ask(request::GetStatus{}).value()).alarms;
  ASSERT_EQ(alarms.size(), 1u);
  EXPECT_EQ(alarms[0].code, "many_replicas");
}

TEST_F(Evidence, replicas_that_no_row_is_about_get_no_number) {
  message::Rows rows = rows_of(peer_us, row_of("c", 5, 1));
  rows.replicas = {peer_us};
  for (std::uint64_t i = 0; i < limits::replicas_max; ++i) rows.replicas.push_back({"ap", {i + 1, 1}});
  hear(rows);
  EXPECT_TRUE(shop.state().stock().find("c"));
  EXPECT_EQ(shop.state().replicas().size(), 2u);
}

// Each of them is sound.
TEST_F(Evidence, rows_whose_numbers_pass_every_sum_are_taken_and_told_as_the_most_there_is) {
  const ReplicaId ap{"ap", {1, 1}};
  constexpr std::uint64_t rows_in_all = 140'000;
  for (std::uint64_t version = 1; version <= rows_in_all;) {
    message::Rows rows;
    rows.number = 1;
    rows.replicas = {ap};
    rows.sections = {{0, std::nullopt, {}}};
    for (int i = 0; i < 10'000; ++i, ++version) {
      message::WireRow wire = row_of("s" + std::to_string(version), limits::field_units_max.count(), version);
      wire.row.purchased = limits::field_units_max;
      if (version % 2 == 0) wire.row.purchased = no_units;
      if (version % 3 == 0) wire.row.written_off = limits::field_units_max;
      wire.row.reserved = limits::told_sum_max;
      rows.sections[0].rows.push_back(std::move(wire));
    }
    hear(std::move(rows));
  }
  EXPECT_TRUE(shop.ask(request::GetStatus{}));
  EXPECT_EQ(
      shop.state().stock().reserved_total(*shop.state().replicas().find(ap)).within(limits::told_sum_max),
      limits::told_sum_max);
}

// So many rows that follow each other, each of a SKU of its own.
message::Rows range_of(const ReplicaId& writer, std::uint64_t first, std::uint64_t count) {
  message::Rows rows;
  rows.number = 1;
  rows.replicas = {writer};
  rows.sections = {{0, std::nullopt, {}}};
  for (std::uint64_t version = first; version < first + count; ++version)
    rows.sections[0].rows.push_back(row_of("s" + std::to_string(version), 1, version));
  return rows;
}

// Newer rows of a busy region come ahead of its ranges.
TEST_F(Evidence, rows_between_those_that_are_known_find_their_place_at_once) {
  const ReplicaId ap{"ap", {1, 1}};
  hear(range_of(ap, 1'000'000, tries(60'000)));
  const double before = processor_seconds();
  for (std::uint64_t part = 0; part < 20; ++part) {
    hear(range_of(ap, 1 + part * 1'000, 1'000));
    hear(range_of(ap, 2'000'000 + part * 100, 100));
  }
  EXPECT_LT(processor_seconds() - before, sanitized ? 10 : 1);
  check_promises(shop.state());
}

// What is new comes from both ends of a range, while newer rows are there already.
TEST_F(Evidence, rows_that_come_from_two_places_in_turn_find_theirs_at_once) {
  const ReplicaId ap{"ap", {1, 1}};
  hear(range_of(ap, 1'000'000, tries(60'000)));
  const double before = processor_seconds();
  for (std::uint64_t part = 0; part < 20; ++part) {
    hear(range_of(ap, 1 + part * 1'000, 1'000));
    hear(range_of(ap, 900'000 - part * 1'000, 1'000));
  }
  EXPECT_LT(processor_seconds() - before, sanitized ? 10 : 1);
  check_promises(shop.state());
}

TEST_F(Evidence, a_row_without_a_version_is_no_row) {
  const ReplicaId ap{"ap", {1, 1}};
  hear(rows_of(ap, row_of("a", 5, 0)));
  EXPECT_EQ(shop.state().stock().rows_total(*shop.state().replicas().find(ap)), 0u);
  EXPECT_EQ(shop.state().stock().rights_total(*shop.state().replicas().find(ap)), UnitsSum());
}

}  // namespace
}  // namespace holdfast::test
