// What a node lets in while it may not record: fenced, or with a full disk. What it does where history is
// lost, and where requests stand behind each other.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/desk.h"
#include "support/effort.h"

namespace holdfast::test {
namespace {

using namespace std::chrono_literals;
using node::InOrder;
using testing::IsEmpty;
using testing::SizeIs;

const ReplicaId own = config_of("eu").own;
const ReplicaId us{"us", {1, 1}};

request::Adjust brought_in(const std::string& sku, std::int64_t units, const std::string& key) {
  return {.sku = sku, .key = key, .delta = Units(units), .reason = "test"};
}

// A ledger that has sold, opened again as one that must not be sold from.
class FencedNode : public testing::Test {
 protected:
  explicit FencedNode(const node::NodeLimits& limits = {})
      : desk(config_of("eu", {"us"}), limits, sold_from()) {
    desk.node().start_fenced("a copy");
  }

  static Disk sold_from() {
    Desk before(config_of("eu", {"us"}));
    before.start();
    before.ask(brought_in("a", 10, "k"));
    before.ask(reserve("r", {{"a", 1}}));
    before.ask(reserve("sold", {{"a", 1}}));
    before.ask(request::Purchase{"sold"});
    return before.disk();
  }
  Desk desk;
};

TEST_F(FencedNode, answers_what_reads_and_refuses_what_would_record) {
  EXPECT_TRUE(desk.node().ready());
  EXPECT_EQ(desk.node().fenced(), "a copy");
  EXPECT_EQ(desk.outcome(desk.submit(request::GetSku{"a"})), "read");
  EXPECT_EQ(desk.outcome(desk.submit(request::GetReservation{"r"})), "pending");
  EXPECT_EQ(said(desk.ask(request::GetReservation{"sold"})), "purchased");
  EXPECT_EQ(said(desk.ask(request::ListReservations{})), "read");
  EXPECT_EQ(said(desk.ask(request::Audit{})), "read");
  for (const Request& request : std::vector<Request>{reserve("n", {{"a", 1}}), request::Purchase{"r"},
                                                     request::Release{"r"}, brought_in("a", 1, "k2")})
    EXPECT_EQ(desk.outcome(desk.submit(request)), "fenced");
  EXPECT_FALSE(desk.writing());
}

TEST_F(FencedNode, lets_nothing_expire_however_late_it_is) {
  EXPECT_FALSE(desk.node().next_deadline());
  desk.now.node += 3'600s;
  desk.node().tick(desk.now);
  EXPECT_FALSE(desk.writing());
  EXPECT_EQ(desk.outcome(desk.submit(request::GetReservation{"r"})), "pending");
}

TEST_F(FencedNode, takes_no_peer) {
  PeerVoice peer("us", LinkId(1));
  desk.step(peer.handshake("shop"));
  EXPECT_THAT(desk.sent, IsEmpty());
  EXPECT_FALSE(desk.writing());
}

// It was copied while more of its journal stood behind the last checkpoint than recovery is to replay, and
// its history is older than what is kept.
class OverdueFencedNode : public FencedNode {
 protected:
  OverdueFencedNode() : FencedNode(all_is_due()) {}
  static node::NodeLimits all_is_due() {
    node::NodeLimits limits;
    limits.checkpoint.journal_bytes = 1;
    limits.history.trim.keep = 0ms;
    return limits;
  }
};

TEST_F(OverdueFencedNode, writes_no_checkpoint_and_deletes_no_history) {
  desk.step(input::Measured{});
  desk.now.node += 3'600s;
  desk.node().tick(desk.now);
  EXPECT_FALSE(desk.writing());
  EXPECT_THAT(desk.reads(), IsEmpty());
  EXPECT_EQ(said(desk.ask(request::GetReservation{"sold"})), "purchased");
  EXPECT_EQ(said(desk.ask(request::Audit{})), "read");
  EXPECT_FALSE(desk.writing());
}

// A peer is linked, and then the disk is full.
class FullDisk : public testing::Test {
 protected:
  FullDisk() : desk(config_of("eu", {"us"})) {
    desk.start();
    desk.step(peer.handshake("shop"));
    desk.submit(brought_in("a", 10, "k"));
    desk.commit_all();
    desk.submit(reserve("r", {{"a", 1}}));
    while (desk.commit(false)) {
    }
  }
  void hear(Message message) { desk.step(input::Received{LinkId(1), std::move(message)}); }
  Desk desk;
  PeerVoice peer{"us", LinkId(1)};
};

TEST_F(FullDisk, nothing_that_would_be_recorded_is_taken_from_a_peer_until_there_is_room) {
  message::Ask ask;
  ask.asker = us;
  ask.giver = own;
  ask.sku = "a";
  ask.target = Units(2);
  hear(ask);
  hear(message::Accusation{own, {{1, 99, Version(0)}}, std::nullopt, {}, ""});
  hear(message::VersionVector{{{own, Version(99)}}, 0});
  EXPECT_FALSE(desk.writing());
  EXPECT_THAT(desk.node().fenced(), IsEmpty());
  desk.node().regained_room();
  hear(ask);
  EXPECT_TRUE(desk.writing());
  hear(message::VersionVector{{{own, Version(99)}}, 0});
  EXPECT_FALSE(desk.node().fenced().empty());
  desk.commit_all();
  Desk again(config_of("eu", {"us"}), {}, desk.disk());
  EXPECT_EQ(again.node().fenced(), desk.node().fenced()) << "that it is fenced was recorded";
}

TEST_F(FullDisk, what_records_nothing_is_still_heard_of_a_peer) {
  message::Heartbeat beat;
  beat.sent_ms = 1;
  hear(beat);
  hear(message::VersionVector{{{own, Version(1)}, {us, Version(5)}}, 0});
  message::Summary summary;
  summary.replica = us;
  summary.number = 1;
  summary.skus = 12;
  hear(summary);
  const auto status = std::get<answer::Status>(*desk.ask(request::GetStatus{}));
  EXPECT_EQ(status.regions[1].skus, 12u);
  EXPECT_FALSE(status.oversold_checked_ago) << "us says that there is more than is known here";
}

TEST_F(FullDisk, a_connection_that_goes_down_is_forgotten) {
  desk.step(input::LinkDown{LinkId(1)});
  const auto status = std::get<answer::Status>(*desk.ask(request::GetStatus{}));
  EXPECT_FALSE(status.regions[1].direct);
}

// History.

class LostHistory : public testing::Test {
 protected:
  LostHistory() : desk(config_of("eu")) {
    desk.start();
    desk.ask(brought_in("a", 100, "k"));
    for (const char* id : {"r1", "r2"}) {
      desk.ask(reserve(id, {{"a", 1}}));
      desk.ask(request::Release{id});
    }
    desk.ask(reserve("r3", {{"a", 1}}));
  }
  [[nodiscard]] std::vector<std::string> ids(RequestToken token) const {
    std::vector<std::string> found;
    const auto list = std::get<answer::ReservationList>(**desk.answer_to(token));
    for (const answer::ReservationView& view : list.reservations) found.push_back(view.id);
    return found;
  }
  Desk desk;
};

TEST_F(LostHistory, leaves_no_list_without_an_answer) {
  const auto list = desk.submit(request::ListReservations{});
  while (desk.read_one(true)) {
  }
  EXPECT_EQ(desk.outcome(list), "read");
}

TEST_F(LostHistory, of_one_record_leaves_out_the_one_that_it_was_of) {
  const auto list = desk.submit(request::ListReservations{});
  desk.read_one();      // what made r1
  desk.read_one(true);  // and what came next
  while (desk.read_one()) {
  }
  EXPECT_THAT(ids(list), testing::ElementsAre("r2", "r3"));
}

TEST_F(LostHistory, of_one_list_is_not_that_of_another_that_reads_elsewhere) {
  const auto first = desk.submit(request::ListReservations{});
  desk.read_one();
  const auto second = desk.submit(request::ListReservations{});
  const auto audit = desk.submit(request::Audit{});
  while (desk.read_one()) {
  }
  EXPECT_THAT(ids(first), testing::ElementsAre("r1", "r2", "r3"));
  EXPECT_THAT(ids(second), testing::ElementsAre("r1", "r2", "r3"));
  EXPECT_EQ(desk.outcome(audit), "read");
}

TEST_F(LostHistory, a_list_takes_what_is_not_on_disk_yet_from_what_waits_for_it) {
  desk.submit(reserve("r4", {{"a", 1}}));
  desk.submit(request::Release{"r4"});
  desk.submit(reserve("r5", {{"a", 1}}));
  const auto list = desk.submit(request::ListReservations{});
  while (desk.read_one()) {
  }
  EXPECT_EQ(desk.outcome(list), "waits") << "what it tells of is not durable";
  desk.commit_all();
  EXPECT_THAT(ids(list), testing::ElementsAre("r1", "r2", "r3", "r4", "r5"));
}

TEST_F(LostHistory, an_audit_counts_also_what_waits_for_the_disk) {
  desk.submit(brought_in("a", 1, "k2"));
  desk.submit(brought_in("a", 1, "k3"));
  const auto audit = desk.submit(request::Audit{});
  while (desk.read_one()) {
  }
  desk.commit_all();
  const auto report = std::get<answer::AuditReport>(**desk.answer_to(audit));
  EXPECT_EQ(report.records, desk.disk().last.value());
  EXPECT_THAT(report.mismatches, IsEmpty());
}

// Requests behind each other.

class Behind : public LostHistory {
 protected:
  // Three that each read the past, and one at their end.
  Behind() {
    desk.node().submit_in_order(desk.now, {{RequestToken(1'001), request::GetReservation{"r1"}},
                                           {RequestToken(1'002), request::GetReservation{"r2"}},
                                           {RequestToken(1'003), request::GetReservation{"r1"}}});
    desk.node().submit_in_order(desk.now, {{RequestToken(1'004), request::GetReservation{"r2"}}});
  }
  void settle() {
    while (desk.read_one()) {
    }
  }
};

TEST_F(Behind, each_is_decided_after_the_one_ahead_and_another_batch_does_not_wait_for_it) {
  EXPECT_THAT(desk.reads(), SizeIs(2));
  settle();
  for (std::uint64_t token = 1'001; token <= 1'004; ++token)
    EXPECT_EQ(desk.outcome(RequestToken(token)), "released");
}

TEST_F(Behind, whoever_goes_away_from_the_end_is_not_answered_and_the_others_are) {
  desk.node().cancel(desk.now, RequestToken(1'003));
  desk.node().cancel(desk.now, RequestToken(9'999));  // unknown: it was answered a moment ago
  settle();
  EXPECT_EQ(desk.outcome(RequestToken(1'002)), "released");
  EXPECT_EQ(desk.outcome(RequestToken(1'003)), "waits");
  EXPECT_EQ(desk.outcome(RequestToken(1'004)), "released");
}

TEST_F(Behind, whoever_goes_away_in_between_is_passed_over_also_after_the_line_has_moved_on) {
  InOrder requests;
  for (std::uint64_t token = 2'001; token <= 2'006; ++token)
    requests.push_back({RequestToken(token), request::GetReservation{token % 2 == 0 ? "r1" : "r2"}});
  requests.push_back({RequestToken(2'007), request::GetSku{"a"}});
  desk.node().submit_in_order(desk.now, requests);
  for (const std::uint64_t gone : {2'003, 2'006}) desk.node().cancel(desk.now, RequestToken(gone));
  desk.read_one();
  for (const std::uint64_t gone : {2'005, 2'003}) desk.node().cancel(desk.now, RequestToken(gone));
  settle();
  for (const std::uint64_t token : {2'001, 2'002, 2'004})
    EXPECT_EQ(desk.outcome(RequestToken(token)), "released");
  for (const std::uint64_t gone : {2'003, 2'005, 2'006}) EXPECT_EQ(desk.outcome(RequestToken(gone)), "waits");
  EXPECT_EQ(desk.outcome(RequestToken(2'007)), "read");
}

TEST_F(Behind, whoever_stands_behind_one_that_goes_away_moves_on) {
  desk.node().cancel(desk.now, RequestToken(1'001));
  settle();
  EXPECT_EQ(desk.outcome(RequestToken(1'001)), "waits");
  EXPECT_EQ(desk.outcome(RequestToken(1'002)), "released");
  EXPECT_EQ(desk.outcome(RequestToken(1'003)), "released");
}

TEST_F(Behind, a_line_takes_its_room_until_its_end) {
  node::NodeLimits limits;
  limits.held_max = 3;
  Desk narrow(config_of("eu"), limits, desk.disk());
  narrow.start();
  const auto line = [&](std::uint64_t from) {
    narrow.node().submit_in_order(narrow.now, {{RequestToken(from), request::GetReservation{"r1"}},
                                               {RequestToken(from + 1), request::GetSku{"a"}},
                                               {RequestToken(from + 2), request::GetSku{"a"}}});
  };
  const auto outcomes = [&](std::uint64_t from) {
    return std::vector{narrow.outcome(RequestToken(from + 1)), narrow.outcome(RequestToken(from + 2))};
  };
  line(5'000);
  narrow.node().cancel(narrow.now, RequestToken(5'002));
  line(6'000);
  EXPECT_THAT(outcomes(6'000), testing::ElementsAre("waits", "overloaded"));
  while (narrow.read_one()) {
  }
  EXPECT_THAT(outcomes(5'000), testing::ElementsAre("read", "waits"));
  EXPECT_EQ(narrow.outcome(RequestToken(6'001)), "read");
  line(7'000);
  EXPECT_THAT(outcomes(7'000), testing::ElementsAre("waits", "waits"));
}

// A hundred batches behind reads of the past, whose connections all go at once, the newest first.
TEST_F(Behind, a_crowd_that_goes_away_does_not_hold_up_whoever_stays) {
  constexpr std::uint64_t batches = 100;
  constexpr std::uint64_t size = 1'000;
  constexpr std::uint64_t first = 1'000'000;
  for (std::uint64_t batch = 0; batch < batches; ++batch) {
    InOrder requests;
    for (std::uint64_t i = 0; i < size; ++i)
      requests.push_back(
          {RequestToken(first + batch * size + i), request::GetReservation{i == 0 ? "r1" : "r3"}});
    desk.node().submit_in_order(desk.now, std::move(requests));
  }
  const double before = processor_seconds();
  for (std::uint64_t token = first + batches * size; token-- > first;)
    if (token % size != 0) desk.node().cancel(desk.now, RequestToken(token));
  EXPECT_LT(processor_seconds() - before, sanitized ? 30 : 3);
  settle();
  EXPECT_EQ(desk.outcome(RequestToken(first)), "released");
  EXPECT_EQ(desk.outcome(RequestToken(first + 1)), "waits");
}

TEST_F(Behind, a_node_that_reads_the_past_is_not_idle) {
  EXPECT_FALSE(desk.node().idle());
  settle();
  EXPECT_TRUE(desk.node().idle());
  desk.submit(reserve("r9", {{"a", 1}}));
  EXPECT_FALSE(desk.node().idle());
  desk.commit_all();
  EXPECT_TRUE(desk.node().idle());
}

TEST_F(Behind, a_reader_that_comes_before_the_boot_is_durable_is_told_that_it_starts) {
  Desk starting(config_of("eu"));
  EXPECT_EQ(starting.outcome(starting.submit(request::Audit{})), "starting");
  EXPECT_EQ(starting.outcome(starting.submit(request::ListReservations{})), "starting");
}

// A few requests, short ones, of which each is told a whole basket: what they make must not be without bound.
TEST(Baskets, of_many_lines_are_refused_as_overloaded_before_their_answers_take_the_memory) {
  constexpr std::size_t lines = 100, most = 500;
  Desk desk(config_of("eu"), {.held_max = most});
  desk.start();
  request::Reserve basket = reserve("large", {});
  for (std::size_t i = 0; i < lines; ++i) {
    const std::string sku = "sku-" + std::to_string(i);
    desk.ask(brought_in(sku, 10, "in-" + sku));
    basket.lines.push_back({sku, Units(1)});
  }
  desk.ask(basket);
  std::vector<RequestToken> extends, reads;
  for (int i = 0; i < 50; ++i) extends.push_back(desk.submit(request::Extend{"large", Millis(60'000)}));
  for (int i = 0; i < 50; ++i) reads.push_back(desk.submit(request::GetReservation{"large"}));
  const RequestToken status = desk.submit(request::GetStatus{});
  const auto overloaded = [&](const std::vector<RequestToken>& tokens) {
    return std::ranges::count_if(tokens,
                                 [&](RequestToken token) { return desk.outcome(token) == "overloaded"; });
  };
  EXPECT_EQ(desk.outcome(desk.submit(request::ListSkus{})), "overloaded");
  EXPECT_EQ(desk.outcome(desk.submit(request::GetRights{})), "overloaded");
  EXPECT_EQ(overloaded(extends), 50 - static_cast<std::ptrdiff_t>(most / lines));
  EXPECT_EQ(overloaded(reads), 50);
  desk.commit_all();
  EXPECT_EQ(desk.outcome(extends.front()), "pending");
  EXPECT_EQ(desk.outcome(status), "read") << "whoever looks at a daemon in trouble sees it";
  EXPECT_EQ(desk.outcome(desk.submit(request::GetReservation{"large"})), "pending");
}

}  // namespace
}  // namespace holdfast::test
