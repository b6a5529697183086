// Group commit, the doors, and reading the past; the disk writes when it is told to.
#include "node/node.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/desk.h"
#include "support/effort.h"

namespace holdfast::test {
namespace {

using namespace std::chrono_literals;

request::Adjust stock_in(const std::string& sku, std::int64_t units, const std::string& key) {
  return {.sku = sku, .key = key, .delta = Units(units), .reason = "test"};
}

class NodeTest : public testing::Test {
 protected:
  explicit NodeTest(node::NodeLimits limits = {}) : desk(config_of("eu"), limits) {
    desk.start();
    desk.ask(stock_in("a", 100, "first"));
  }
  Desk desk;
};

TEST(Node, answers_nothing_but_starting_until_its_boot_is_durable) {
  Desk desk(config_of("eu"));
  EXPECT_FALSE(desk.node().ready());
  EXPECT_EQ(desk.outcome(desk.submit(request::GetStatus{})), "starting");
  desk.node().start(desk.now, 5, {});
  EXPECT_FALSE(desk.node().ready());
  EXPECT_EQ(desk.outcome(desk.submit(request::GetStatus{})), "starting");
  desk.commit();
  EXPECT_TRUE(desk.node().ready());
  EXPECT_EQ(desk.outcome(desk.submit(request::GetStatus{})), "read");
}

TEST_F(NodeTest, answers_when_the_record_is_durable) {
  const auto token = desk.submit(reserve("r", {{"a", 1}}));
  EXPECT_EQ(desk.outcome(token), "waits");
  desk.commit();
  EXPECT_EQ(desk.outcome(token), "created");
}

TEST_F(NodeTest, while_one_append_is_written_the_next_collects) {
  desk.submit(reserve("r1", {{"a", 1}}));
  for (int i = 2; i <= 10; ++i) desk.submit(reserve("r" + std::to_string(i), {{"a", 1}}));
  EXPECT_EQ(desk.writing()->batches.back().count, 1u);
  desk.commit();
  EXPECT_EQ(desk.writing()->batches.back().count, 9u);
  EXPECT_EQ(desk.writing()->batches.back().first, desk.disk().last.next());
  desk.commit();
  EXPECT_FALSE(desk.writing());
  EXPECT_TRUE(desk.node().idle());
}

// A refusal, a repeat and a read rest on what was reserved a moment ago.
TEST_F(NodeTest, what_records_nothing_waits_for_what_it_rests_on) {
  desk.submit(reserve("r", {{"a", 100}}));
  const std::vector<RequestToken> tokens{
      desk.submit(reserve("r2", {{"a", 1}})), desk.submit(reserve("r", {{"a", 100}})),
      desk.submit(request::GetSku{"a"}), desk.submit(request::GetReservation{"r"})};
  for (const RequestToken token : tokens) EXPECT_EQ(desk.outcome(token), "waits");
  desk.commit();
  EXPECT_EQ(desk.outcome(tokens[0]), "all_reserved");
  EXPECT_EQ(desk.outcome(tokens[1]), "repeat pending");
}

TEST_F(NodeTest, its_hello_states_only_a_version_that_is_durable) {
  const Version before = desk.node().hello().version;
  desk.submit(stock_in("a", 1, "k"));
  EXPECT_EQ(desk.node().hello().version, before);
  desk.commit();
  EXPECT_EQ(desk.node().hello().version, before.next());
}

TEST_F(NodeTest, finds_an_ended_reservation_wherever_its_record_is) {
  desk.ask(reserve("r", {{"a", 1}}));
  desk.submit(stock_in("a", 1, "in-the-way"));
  desk.submit(request::Purchase{"r"});
  const auto not_yet_written = desk.submit(request::GetReservation{"r"});
  desk.commit();
  const auto being_written = desk.submit(request::GetReservation{"r"});
  EXPECT_TRUE(desk.reads().empty());
  desk.commit();
  const auto durable = desk.submit(request::GetReservation{"r"});
  EXPECT_EQ(desk.reads().size(), 1u);
  EXPECT_EQ(desk.outcome(durable), "waits");
  desk.read_one();
  for (const RequestToken token : {not_yet_written, being_written, durable})
    EXPECT_EQ(desk.outcome(token), "purchased");
}

TEST_F(NodeTest, reads_a_record_once_for_all_who_rest_on_it) {
  desk.ask(reserve("r", {{"a", 1}}));
  desk.ask(request::Release{"r"});
  const auto first = desk.submit(request::GetReservation{"r"});
  const auto second = desk.submit(request::Purchase{"r"});
  EXPECT_EQ(desk.reads().size(), 1u);
  desk.read_one();
  EXPECT_EQ(desk.outcome(first), "released");
  EXPECT_EQ(desk.outcome(second), "already_released");
}

TEST_F(NodeTest, reads_again_where_the_past_moved_on_meanwhile) {
  desk.ask(reserve("r", {{"a", 2}}));
  desk.ask(request::Purchase{"r"});
  const auto first = desk.submit(request::Return{"r", "k1", lines({{"a", 1}})});
  const auto second = desk.submit(request::Return{"r", "k2"});
  desk.read_one();
  desk.commit_all();
  while (desk.read_one()) desk.commit_all();
  EXPECT_EQ(desk.outcome(first), "purchased");
  EXPECT_EQ(desk.outcome(second), "purchased");
  const auto view = std::get<answer::ReservationAnswer>(desk.ask(request::GetReservation{"r"}).value());
  EXPECT_EQ(view.reservation.lines[0].returned, Units(2));
}

class InOrderTest : public NodeTest {
 protected:
  // A return, which has to read the purchase, and a reservation of what it brings back.
  InOrderTest() {
    desk.ask(reserve("r", {{"a", 100}}));
    desk.ask(request::Purchase{"r"});
    desk.node().submit_in_order(desk.now,
                                {{back, request::Return{"r", "k"}}, {next, reserve("n", {{"a", 100}})}});
  }
  void settle() {
    while (desk.read_one()) desk.commit_all();
    desk.commit_all();
  }
  const RequestToken back{1'001};
  const RequestToken next{1'002};
};

TEST_F(InOrderTest, nobody_overtakes_one_that_reads_the_past) {
  EXPECT_EQ(desk.reads().size(), 1u);
  settle();
  EXPECT_EQ(desk.outcome(back), "purchased");
  EXPECT_EQ(desk.outcome(next), "created");
}

TEST_F(InOrderTest, those_behind_one_that_goes_away_go_on) {
  desk.node().cancel(desk.now, back);
  settle();
  EXPECT_EQ(desk.outcome(back), "waits");
  EXPECT_EQ(desk.outcome(next), "sold_out");
}

TEST_F(InOrderTest, whoever_goes_away_while_it_is_behind_another_is_not_decided) {
  desk.node().cancel(desk.now, next);
  desk.node().cancel(desk.now, back);
  settle();
  EXPECT_EQ(desk.outcome(next), "waits");
  EXPECT_TRUE(desk.node().idle());
  EXPECT_EQ(desk.outcome(desk.submit(request::GetReservation{"n"})), "reservation_unknown");
}

TEST_F(NodeTest, whoever_goes_away_while_the_past_is_read_is_not_answered) {
  desk.ask(reserve("r", {{"a", 1}}));
  desk.ask(request::Release{"r"});
  const auto token = desk.submit(request::GetReservation{"r"});
  desk.node().cancel(desk.now, token);
  desk.read_one();
  EXPECT_EQ(desk.outcome(token), "waits");
  EXPECT_TRUE(desk.node().idle());
}

TEST_F(NodeTest, what_is_done_stays_done_when_whoever_asked_goes_away_while_the_disk_writes) {
  const auto token = desk.submit(reserve("r", {{"a", 1}}));
  desk.node().cancel(desk.now, token);
  desk.commit();
  EXPECT_EQ(desk.outcome(token), "created");
  EXPECT_EQ(said(desk.ask(request::GetReservation{"r"})), "pending");
}

// After a disk stood still, very many go away in one turn of the loop.
TEST_F(NodeTest, going_away_costs_the_same_however_many_answers_are_held_back) {
  constexpr int count = 40'000;
  desk.submit(reserve("r", {{"a", 1}}));
  std::vector<RequestToken> tokens;
  for (int i = 0; i < count; ++i) tokens.push_back(desk.submit(request::Release{"unknown"}));
  ASSERT_EQ(desk.outcome(tokens.back()), "waits");
  const double before = processor_seconds();
  for (const RequestToken token : tokens) desk.node().cancel(desk.now, token);
  EXPECT_LT(processor_seconds() - before, sanitized ? 20 : 2);
  desk.commit_all();
  EXPECT_TRUE(desk.node().idle());
}

TEST_F(NodeTest, whoever_goes_away_while_an_audit_counts_is_not_answered_and_the_next_is) {
  const auto first = desk.submit(request::Audit{});
  const auto second = desk.submit(request::Audit{});
  desk.node().cancel(desk.now, first);
  while (desk.read_one()) {
  }
  EXPECT_EQ(desk.outcome(first), "waits");
  EXPECT_EQ(desk.outcome(second), "read");
}

TEST_F(NodeTest, an_audit_answers_also_where_a_batch_of_the_journal_is_gone) {
  const auto token = desk.submit(request::Audit{});
  const auto next = desk.submit(request::Audit{});
  desk.read_one();
  desk.read_one(true);
  ASSERT_EQ(desk.outcome(token), "read");
  const auto report = std::get<answer::AuditReport>(desk.answer_to(token)->value());
  ASSERT_EQ(report.mismatches.size(), 1u);
  EXPECT_EQ(report.mismatches[0].field, "records");
  EXPECT_LT(report.mismatches[0].counted, report.mismatches[0].stored);
  while (desk.read_one()) {
  }
  EXPECT_TRUE(std::get<answer::AuditReport>(desk.answer_to(next)->value()).mismatches.empty());
}

// History is kept for a time; what it no longer holds is as if it had been forgotten.
TEST_F(NodeTest, what_history_lost_is_unknown_and_its_id_is_free_again) {
  desk.ask(reserve("r", {{"a", 1}}));
  desk.ask(request::Release{"r"});
  const auto get = desk.submit(request::GetReservation{"r"});
  desk.read_one(true);
  EXPECT_EQ(desk.outcome(get), "reservation_unknown");
  auto replacing = reserve("r2", {{"a", 1}});
  replacing.replaces = "r";
  const auto ignored = desk.submit(replacing);
  desk.read_one(true);
  desk.commit_all();
  EXPECT_EQ(desk.outcome(ignored), "created");
  const auto again = desk.submit(reserve("r", {{"a", 1}}));
  desk.read_one(true);
  desk.commit_all();
  EXPECT_EQ(desk.outcome(again), "created");
}

TEST_F(NodeTest, a_key_whose_record_history_lost_takes_no_effect_again) {
  const auto token = desk.submit(stock_in("a", 100, "first"));
  desk.read_one(true);
  desk.commit_all();
  EXPECT_EQ(desk.outcome(token), "idempotency_mismatch");
}

// Each append waits behind them, and so the ledger is never asked for many at once.
TEST_F(NodeTest, reads_a_few_records_at_a_time_however_many_wait_for_theirs) {
  constexpr int count = 3 * static_cast<int>(node::Node::reads_at_once);
  std::vector<RequestToken> tokens;
  for (int i = 0; i < count; ++i) {
    desk.ask(reserve("r" + std::to_string(i), {{"a", 1}}));
    desk.ask(request::Release{"r" + std::to_string(i)});
  }
  for (int i = 0; i < count; ++i)
    tokens.push_back(desk.submit(request::GetReservation{"r" + std::to_string(i)}));
  EXPECT_EQ(desk.reads().size(), node::Node::reads_at_once);
  do {
    EXPECT_LE(desk.reads().size(), node::Node::reads_at_once);
  } while (desk.read_one());
  for (const RequestToken token : tokens) EXPECT_EQ(desk.outcome(token), "released");
}

TEST_F(NodeTest, a_slow_disk_sheds_new_reservations_first_and_what_finishes_them_last) {
  desk.ask(reserve("r", {{"a", 1}}));
  desk.submit(reserve("r2", {{"a", 1}}));
  desk.now.node += 1'001ms;
  const auto refused = desk.submit(reserve("r3", {{"a", 1}}));
  EXPECT_EQ(desk.outcome(refused), "overloaded");
  EXPECT_GE(desk.answer_to(refused)->error().retry_after.value(), 1s);
  const auto sold = desk.submit(request::Purchase{"r"});
  desk.now.node += 4'000ms;
  EXPECT_EQ(desk.outcome(desk.submit(request::Release{"r2"})), "overloaded");
  desk.commit_all();
  EXPECT_EQ(desk.outcome(sold), "purchased");
  desk.ask(reserve("r3", {{"a", 1}}));
}

class BoundedNodeTest : public NodeTest {
 protected:
  BoundedNodeTest()
      : NodeTest({.held_max = 2,
                  .finishing_held_max = 4,
                  .recalling_max = 2,
                  .history = {.audits_max = 2, .lists_max = 2}}) {}
};

TEST_F(BoundedNodeTest, holds_back_no_more_answers_than_its_bound_and_more_of_what_finishes) {
  for (int i = 0; i < 2; ++i) desk.submit(reserve("r" + std::to_string(i), {{"a", 1}}));
  EXPECT_EQ(desk.outcome(desk.submit(reserve("r2", {{"a", 1}}))), "overloaded");
  const auto sold = desk.submit(request::Purchase{"r0"});
  const auto released = desk.submit(request::Release{"r1"});
  EXPECT_EQ(desk.outcome(desk.submit(request::Purchase{"r0"})), "overloaded");
  desk.commit_all();
  EXPECT_EQ(desk.outcome(sold), "purchased");
  EXPECT_EQ(desk.outcome(released), "released");
}

// They stood in sockets behind new baskets, and are read all together.
TEST_F(NodeTest, has_room_for_the_purchases_of_all_that_several_commits_let_out_behind_a_flood) {
  const node::NodeLimits limits;
  const std::size_t commits = limits.finishing_held_max / limits.held_max - 1;
  Desk crowded(config_of("eu"), {.held_max = 20, .finishing_held_max = 20 * (commits + 1)});
  crowded.start();
  crowded.ask(brought_in("a", 10'000, "in"));
  const auto id = [](std::size_t number) { return "r" + std::to_string(number); };
  std::size_t made = 0;
  const auto flood = [&] {
    for (int i = 0; i < 20; ++i) crowded.submit(reserve(id(made++), {{"a", 1}}));
    EXPECT_EQ(crowded.outcome(crowded.submit(reserve("new", {{"a", 1}}))), "overloaded");
  };
  for (std::size_t commit = 0; commit < commits; ++commit) {
    flood();
    crowded.commit_all();
  }
  const std::size_t let_out = made;
  flood();
  EXPECT_GE(commits, 4u);
  std::vector<RequestToken> purchases;
  for (std::size_t i = 0; i < let_out; ++i) purchases.push_back(crowded.submit(request::Purchase{id(i)}));
  crowded.commit_all();
  for (const RequestToken purchase : purchases) EXPECT_EQ(crowded.outcome(purchase), "purchased");
}

TEST_F(BoundedNodeTest, lets_no_more_requests_wait_for_the_past_than_its_bound) {
  desk.ask(reserve("r", {{"a", 1}}));
  desk.ask(request::Release{"r"});
  const auto first = desk.submit(request::GetReservation{"r"});
  const auto second = desk.submit(request::GetReservation{"r"});
  EXPECT_EQ(desk.outcome(desk.submit(request::GetReservation{"r"})), "overloaded");
  EXPECT_EQ(desk.outcome(desk.submit(request::GetSku{"a"})), "read");
  desk.read_one();
  EXPECT_EQ(desk.outcome(first), "released");
  EXPECT_EQ(desk.outcome(second), "released");
}

TEST_F(BoundedNodeTest, lets_no_more_requests_stand_behind_one_that_waits_for_the_past_than_its_bound) {
  desk.ask(reserve("r", {{"a", 1}}));
  desk.ask(request::Release{"r"});
  node::InOrder requests{{RequestToken(1'000), request::GetReservation{"r"}, {}}};
  for (std::uint64_t i = 1; i <= 3; ++i)
    requests.push_back({RequestToken(1'000 + i), reserve("r" + std::to_string(i), {{"a", 1}}), {}});
  desk.node().submit_in_order(desk.now, std::move(requests));
  EXPECT_EQ(desk.outcome(RequestToken(1'003)), "overloaded");
  desk.read_one();
  desk.commit_all();
  EXPECT_EQ(desk.outcome(RequestToken(1'000)), "released");
  EXPECT_EQ(desk.outcome(RequestToken(1'001)), "created");
  EXPECT_EQ(desk.outcome(RequestToken(1'002)), "created");
}

TEST_F(BoundedNodeTest, lets_no_more_audits_wait_than_its_bound) {
  desk.submit(request::Audit{});
  desk.submit(request::Audit{});
  EXPECT_EQ(desk.outcome(desk.submit(request::Audit{})), "overloaded");
}

// The disk is full.

class FullDiskTest : public NodeTest {
 protected:
  void fill() {
    desk.submit(reserve("last", {{"a", 1}}));
    desk.commit(false);
  }
};

TEST_F(FullDiskTest, commits_what_waits_and_refuses_what_comes) {
  const auto waits = desk.submit(reserve("r1", {{"a", 1}}));
  const auto collects = desk.submit(reserve("r2", {{"a", 1}}));
  desk.commit(false);
  desk.commit(false);
  EXPECT_EQ(desk.outcome(waits), "created");
  EXPECT_EQ(desk.outcome(collects), "created");
  EXPECT_EQ(desk.outcome(desk.submit(reserve("r3", {{"a", 1}}))), "disk_full");
  EXPECT_EQ(desk.outcome(desk.submit(request::Release{"r1"})), "disk_full");
  EXPECT_EQ(desk.outcome(desk.submit(request::GetSku{"a"})), "read");
  desk.node().regained_room();
  EXPECT_EQ(said(desk.ask(reserve("r3", {{"a", 1}}))), "created");
}

TEST_F(FullDiskTest, nothing_expires) {
  fill();
  desk.now.node += 3'600s;
  desk.node().tick(desk.now);
  EXPECT_FALSE(desk.writing());
  desk.node().regained_room();
  desk.node().tick(desk.now);
  EXPECT_TRUE(desk.writing());
}

TEST_F(FullDiskTest, refuses_also_what_was_let_in_before_and_waited_for_the_past) {
  desk.ask(reserve("r", {{"a", 1}}));
  desk.ask(request::Purchase{"r"});
  const auto back = desk.submit(request::Return{"r", "k"});
  const auto get = desk.submit(request::GetReservation{"r"});
  fill();
  desk.read_one();
  EXPECT_FALSE(desk.writing());
  EXPECT_EQ(desk.outcome(back), "disk_full");
  EXPECT_EQ(desk.outcome(get), "purchased");
}

TEST_F(FullDiskTest, takes_no_rows_and_no_new_peers) {
  Desk with_peer(config_of("eu", {"us"}));
  with_peer.start();
  with_peer.ask(stock_in("a", 1, "k"));
  with_peer.submit(reserve("r", {{"a", 1}}));
  with_peer.commit(false);
  PeerVoice voice("us", LinkId(1));
  with_peer.step(voice.handshake("shop"));
  with_peer.step(voice.rows(config_of("eu").own, {{"a", 10, 5, 0}}));
  EXPECT_FALSE(with_peer.writing());
}

class CheckpointingTest : public NodeTest {
 protected:
  CheckpointingTest() : NodeTest({.checkpoint = {.journal_bytes = 40, .slice_bytes_per_append = 1}}) {}
};

TEST_F(CheckpointingTest, slices_ride_along_and_the_last_one_completes_the_checkpoint) {
  std::optional<Position> began;
  int slices = 0;
  for (int i = 0; i < 20 && !began; ++i) {
    desk.submit(reserve("r" + std::to_string(i), {{"a", 1}}));
    const ledger::Append& writing = *desk.writing();
    slices += static_cast<int>(writing.slices.size());
    for (const ledger::Slice& slice : writing.slices)
      EXPECT_EQ(slice.includes, writing.batches.empty() ? desk.disk().last : writing.batches.back().last());
    began = writing.checkpoint_began;
    desk.commit();
  }
  ASSERT_TRUE(began);
  EXPECT_GE(slices, 3);  // meta, SKUs, reservations
  EXPECT_EQ(desk.disk().began, *began);
}

TEST_F(CheckpointingTest, a_full_disk_gets_no_slices) {
  int appends = 0;
  for (int i = 0; i < 20; ++i) {
    desk.submit(reserve("r" + std::to_string(i), {{"a", 1}}));
    while (desk.commit(false)) EXPECT_LT(++appends, 3);
    desk.node().regained_room();
    appends = 0;
  }
  desk.submit(reserve("more", {{"a", 1}}));
  desk.commit_all();
  EXPECT_FALSE(desk.disk().slices.empty());
}

TEST(Checkpoints, come_due_by_what_was_journalled_over_all_boots_since_the_last_one) {
  const node::NodeLimits limits{.checkpoint = {.journal_bytes = 40, .slice_bytes_per_append = 1}};
  Disk disk;
  int boots = 0;
  for (; boots < 20 && disk.slices.empty(); ++boots) {  // each journals two batches, of 8 bytes each
    Desk desk(config_of("eu"), limits, disk);
    desk.start();
    desk.ask(stock_in("a", 1, "key-" + std::to_string(boots)));
    disk = desk.disk();
  }
  EXPECT_EQ(boots, 3);
}

}  // namespace
}  // namespace holdfast::test
