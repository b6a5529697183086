// Proof that two processes sell under one name, what is only suspect, and what comes of either.
#include "core/forks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/shop.h"

namespace holdfast::test {
namespace {

using namespace std::chrono_literals;

const ReplicaId us{"us", {1, 1}};

message::Rows rows_of_us(std::uint64_t number, std::vector<message::WireRow> rows) {
  message::Rows message;
  message.number = number;
  message.replicas = {us, config_of("eu").own};
  message.sections = {{0, std::nullopt, std::move(rows)}};
  return message;
}

message::WireRow row(const std::string& sku, std::int64_t received, std::uint64_t version) {
  message::WireRow wire;
  wire.sku = sku;
  wire.row.received = Units(received);
  wire.row.version = Version(version);
  return wire;
}

// Region eu, which knows of us that it was at version 100 in its second boot.
class Forks : public testing::Test {
 protected:
  Forks() : shop(Peers{"us", "ap"}) { hello(1, {{1, 11, Version(0)}, {2, 12, Version(40)}}, 100); }

  void hello(std::uint64_t link, std::vector<Boot> boots, std::uint64_t version) {
    shop.step(input::LinkUp{LinkId(link),
                            input::DialledBy::us,
                            {protocol_version, "shop", us, Version(version), std::move(boots)}});
  }
  [[nodiscard]] bool linked() const {
    for (const Message& message : shop.sent())
      if (std::holds_alternative<message::VersionVector>(message)) return true;
    return false;
  }
  [[nodiscard]] bool evidence_shown() const {
    for (const Message& message : shop.sent())
      if (std::holds_alternative<message::Accusation>(message)) return true;
    return false;
  }
  [[nodiscard]] bool distrusted() const {
    return !shop.state().replicas().distrusted(*shop.state().replicas().find(us)).empty();
  }
  void hear(message::Rows rows) { shop.step(input::Received{LinkId(1), std::move(rows)}); }

  Shop shop;
};

TEST_F(Forks, the_same_boot_and_the_next_are_one_process_after_the_other) {
  hello(2, {{1, 11, Version(0)}, {2, 12, Version(40)}}, 105);
  EXPECT_TRUE(linked());
  hello(3, {{1, 11, Version(0)}, {2, 12, Version(40)}, {3, 13, Version(105)}}, 105);
  EXPECT_TRUE(linked());
  EXPECT_FALSE(distrusted());
}

// An older copy, started as if nothing had happened, that has sold beyond what was heard by the time it
// speaks.
TEST_F(Forks, a_boot_that_began_before_what_its_predecessor_had_said_is_proof) {
  hello(2, {{1, 11, Version(0)}, {2, 12, Version(40)}, {3, 13, Version(60)}}, 150);
  EXPECT_TRUE(distrusted());
  EXPECT_TRUE(evidence_shown());
  EXPECT_FALSE(linked());
}

TEST_F(Forks, what_a_boot_had_said_is_known_also_after_a_restart) {
  shop.restart();
  hello(1, {{1, 11, Version(0)}, {2, 12, Version(40)}, {3, 13, Version(60)}}, 150);
  EXPECT_TRUE(distrusted());
}

TEST_F(Forks, another_nonce_for_one_boot_is_proof) {
  hello(2, {{1, 11, Version(0)}, {2, 99, Version(40)}}, 100);
  EXPECT_TRUE(distrusted());
}

TEST_F(Forks, another_nonce_for_an_earlier_boot_is_proof_as_well) {
  hello(2, {{1, 11, Version(0)}, {2, 99, Version(40)}, {3, 13, Version(100)}}, 150);
  EXPECT_TRUE(distrusted());
}

// It was sent before what came faster by another way: on its own it proves nothing.
TEST_F(Forks, a_handshake_of_an_older_version_than_was_heard_is_shown_the_evidence_and_linked) {
  message::Rows rows = rows_of_us(1, {row("a", 5, 120)});
  rows.sections[0].range = record::VersionRange{Version(0), Version(120)};
  hear(std::move(rows));
  hello(2, {{1, 11, Version(0)}, {2, 12, Version(40)}}, 110);
  EXPECT_TRUE(evidence_shown());
  EXPECT_TRUE(linked());
  EXPECT_FALSE(distrusted());
}

TEST_F(Forks, a_handshake_of_an_earlier_boot_than_was_heard_is_shown_the_evidence_and_may_dial_again) {
  hear(rows_of_us(1, {row("a", 5, 120)}));
  shop.step(input::Received{LinkId(1), message::VersionVector{{{us, Version(120)}}, 0}});
  hello(2, {{1, 11, Version(0)}, {2, 12, Version(40)}, {3, 13, Version(120)}}, 120);
  EXPECT_TRUE(linked());
  hello(3, {{1, 11, Version(0)}, {2, 12, Version(40)}}, 110);
  EXPECT_FALSE(linked());
  EXPECT_TRUE(evidence_shown());
  EXPECT_FALSE(distrusted());
  hello(4, {{1, 11, Version(0)}, {2, 12, Version(40)}, {3, 13, Version(120)}}, 121);
  EXPECT_TRUE(linked());
}

TEST_F(Forks, a_late_handshake_does_not_end_the_session_that_came_after_it) {
  hello(2, {{1, 11, Version(0)}, {2, 12, Version(40)}, {3, 13, Version(100)}}, 100);
  hello(3, {{1, 11, Version(0)}, {2, 12, Version(40)}}, 100);
  hear({});
  shop.step(input::Received{LinkId(2), rows_of_us(1, {row("a", 5, 101)})});
  EXPECT_TRUE(shop.state().stock().find("a"));
}

TEST_F(Forks, two_late_handshakes_of_one_boot_over_two_connections_are_no_proof) {
  hello(2, {{1, 11, Version(0)}, {2, 12, Version(40)}, {3, 13, Version(100)}}, 100);
  hello(3, {{1, 11, Version(0)}, {2, 12, Version(40)}}, 100);
  hello(4, {{1, 11, Version(0)}, {2, 12, Version(40)}}, 100);
  EXPECT_FALSE(distrusted());
}

TEST_F(Forks, a_boot_that_speaks_again_long_after_a_later_one_is_a_process_beside_it) {
  hello(2, {{1, 11, Version(0)}, {2, 12, Version(40)}, {3, 13, Version(100)}}, 100);
  hello(3, {{1, 11, Version(0)}, {2, 12, Version(40)}}, 100);
  EXPECT_FALSE(distrusted());
  shop.pass(Millis(11'000));
  hello(4, {{1, 11, Version(0)}, {2, 12, Version(40)}}, 100);
  EXPECT_TRUE(distrusted());
}

TEST_F(Forks, an_older_incarnation_gets_no_link) {
  shop.step(input::LinkUp{LinkId(2),
                          input::DialledBy::us,
                          {protocol_version, "shop", {"us", {0, 7}}, Version(500), {{1, 1, Version(0)}}}});
  EXPECT_FALSE(linked());
}

TEST_F(Forks, two_contents_of_one_version_are_proof) {
  hear(rows_of_us(1, {row("a", 5, 101)}));
  EXPECT_FALSE(distrusted());
  hear(rows_of_us(2, {row("a", 6, 101)}));
  EXPECT_TRUE(distrusted());
}

// Taken, it would stand twice in the order of versions, and no recovery would believe it.
TEST_F(Forks, two_rows_of_one_version_are_proof) {
  hear(rows_of_us(1, {row("a", 5, 101), row("b", 5, 102)}));
  hear(rows_of_us(2, {row("c", 5, 101)}));
  EXPECT_TRUE(distrusted());
  shop.restart();
  EXPECT_EQ(shop.state().stock().find("a").has_value(), true);
}

TEST_F(Forks, a_field_that_shrank_is_proof) {
  hear(rows_of_us(1, {row("a", 5, 101)}));
  hear(rows_of_us(2, {row("a", 4, 102)}));
  EXPECT_TRUE(distrusted());
}

TEST_F(Forks, of_a_distrusted_region_nothing_is_taken_nothing_is_waited_for_and_nothing_is_sold_out) {
  shop.step(input::LinkUp{LinkId(5),
                          input::DialledBy::us,
                          {protocol_version, "shop", {"ap", {1, 1}}, Version(0), {{1, 1, Version(0)}}}});
  shop.adjust("a", 1);
  hear(rows_of_us(1, {row("a", 5, 101)}));
  EXPECT_EQ(shop.reserve("r", {{"a", 3}}), "insufficient_here");
  hear(rows_of_us(2, {row("a", 6, 101)}));
  hear(rows_of_us(3, {row("b", 6, 103)}));
  EXPECT_FALSE(shop.state().stock().find("b"));
  EXPECT_EQ(shop.reserve("r", {{"a", 3}}), "rights_unreachable");
}

TEST_F(Forks, the_alarm_is_as_old_as_the_record_that_raised_it) {
  hear(rows_of_us(1, {row("a", 5, 101)}));
  hear(rows_of_us(2, {row("a", 6, 101)}));
  const WallTime raised = shop.now().wall;
  shop.pass(5s);
  shop.restart();
  const auto status = std::get<answer::Status>(shop.ask(request::GetStatus{}).value());
  ASSERT_EQ(status.alarms.size(), 1u);
  EXPECT_EQ(status.alarms[0].code, "replica_distrusted");
  EXPECT_EQ(status.alarms[0].since, raised);
}

// Evidence against ourselves.

TEST_F(Forks, a_peer_that_knows_a_newer_version_of_ours_proves_that_this_is_an_older_copy) {
  shop.adjust("a", 5);
  const ReplicaId own = config_of("eu").own;
  shop.step(input::Received{LinkId(1), message::VersionVector{{{own, Version(1)}}, 0}});
  EXPECT_TRUE(shop.state().fenced().empty());
  shop.step(input::Received{LinkId(1), message::VersionVector{{{own, Version(2)}}, 0}});
  EXPECT_FALSE(shop.state().fenced().empty());
}

TEST_F(Forks, a_row_of_ours_that_we_never_wrote_fences_us) {
  shop.adjust("a", 5);
  shop.adjust("b", 5);
  message::Rows rows;
  rows.number = 1;
  rows.replicas = {config_of("eu").own};
  rows.sections = {{0, std::nullopt, {row("a", 5, 1)}}};
  hear(rows);
  EXPECT_TRUE(shop.state().fenced().empty());
  rows.sections = {{0, std::nullopt, {row("a", 7, 2)}}};  // version 2 is of "b"
  hear(rows);
  EXPECT_FALSE(shop.state().fenced().empty());
}

TEST_F(Forks, whoever_waits_is_told_when_its_region_is_fenced) {
  shop.adjust("a", 1);
  hear(rows_of_us(1, {row("a", 5, 101)}));
  auto patient = reserve("r", {{"a", 3}});
  patient.wait = 5s;
  const auto token = shop.submit(patient);
  ASSERT_EQ(shop.answer_to(token), nullptr);
  shop.step(input::Received{LinkId(1), message::VersionVector{{{config_of("eu").own, Version(9)}}, 0}});
  ASSERT_NE(shop.answer_to(token), nullptr);
  EXPECT_EQ(said(*shop.answer_to(token)), "fenced");
}

}  // namespace
}  // namespace holdfast::test
