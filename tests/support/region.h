// TestRegion: one replica behind a node, for tests of the core: requests go in, answers come out, time is in
// our hands.
//
// The ledger is the twin in memory; it completes an append when told to, or at once (the default). Everything
// passes through the real codec, and crash() recovers from what was durable.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/replica.h"
#include "core/state_hash.h"
#include "ledger/memory_ledger.h"
#include "node/node.h"
#include "node/recovery.h"
#include "wire/record_codec.h"
#include "wire/slice_codec.h"

namespace holdfast::test {

inline node::Codec codec() {
  return {wire::encode_records,
          [](BytesView bytes) -> Result<std::vector<Record>, std::string> {
            auto decoded = wire::decode_records(bytes);
            if (!decoded) return failure(decoded.error().detail);
            return *std::move(decoded);
          },
          wire::encode_slice,
          [](BytesView bytes) -> Result<SliceValue, std::string> {
            auto decoded = wire::decode_slice(bytes);
            if (!decoded) return failure(decoded.error().detail);
            return *std::move(decoded);
          }};
}

class TestRegion final : public node::ShopsPort, public node::PeersPort, public node::LedgerPort {
 public:
  explicit TestRegion(std::string region = "eu", std::vector<std::string> peers = {},
                      node::NodeLimits limits = {})
      : limits_(limits), disk_(std::make_shared<ledger::MemoryDisk>()) {
    config_.cluster = "test";
    config_.own = {std::move(region), {1, 1}};
    config_.hash_seed = 7;
    config_.peers = std::move(peers);
    boot();
  }

  // Everything in memory is gone; what was durable comes back.
  void crash() {
    appends_.clear();
    reads_.clear();
    answers_.clear();
    sent_.clear();
    boot();
  }

  void wait(Millis time) {
    const NodeTime end = now_.node + time;
    while (const auto due = node_->next_deadline()) {
      if (*due > end) break;
      advance_to(std::max(*due, now_.node + Millis(1)));
      if (now_.node > end) break;
      node_->tick(now_);
      settle();
    }
    advance_to(end);
    node_->tick(now_);
    settle();
  }

  RequestToken submit(Request request) {
    for (const FieldError& error : validate(request)) ADD_FAILURE() << error.pointer << ": " << error.detail;
    const RequestToken token(next_token_++);
    node_->submit(now_, token, std::move(request));
    settle();
    return token;
  }
  Answer ask(Request request) { return answer_to(submit(std::move(request))); }
  Answer answer_to(RequestToken token) {
    EXPECT_TRUE(answers_.contains(token)) << "no answer yet";
    return answers_.at(token);
  }
  [[nodiscard]] bool answered(RequestToken token) const { return answers_.contains(token); }
  void cancel(RequestToken token) { node_->cancel(now_, token); }

  // Shorthands
  Answer stock(const std::string& sku, std::int64_t delta) {
    return ask(
        request::Adjust{sku, "key-" + std::to_string(next_token_), Units(delta), "delivery", "", Millis(0)});
  }
  static request::Reserve basket(const std::string& id, std::vector<Line> lines, Millis wait = Millis(0)) {
    request::Reserve reserve;
    reserve.id = id;
    reserve.lines = std::move(lines);
    reserve.wait = wait;
    return reserve;
  }
  static request::Reserve basket(const std::string& id, const std::string& sku, std::int64_t quantity,
                                 Millis wait = Millis(0)) {
    return basket(id, {{sku, Units(quantity)}}, wait);
  }
  Answer reserve(const std::string& id, const std::string& sku, std::int64_t quantity) {
    return ask(basket(id, sku, quantity));
  }
  Answer purchase(const std::string& id, const std::string& order = "") {
    return ask(request::Purchase{id, order, {}});
  }
  Answer release(const std::string& id) { return ask(request::Release{id}); }
  Answer get(const std::string& id) { return ask(request::GetReservation{id}); }
  std::int64_t available(const std::string& sku) {
    return state().stock().available(*state().stock().find(sku)).count();
  }

  [[nodiscard]] const State& state() const { return node_->replica().state(); }
  [[nodiscard]] node::Node& node() { return *node_; }
  [[nodiscard]] Now now() const { return now_; }
  [[nodiscard]] const std::shared_ptr<ledger::MemoryDisk>& disk() const { return disk_; }
  [[nodiscard]] const CoreConfig& config() const { return config_; }

  // The ledger answers by hand from now on.
  void hold_ledger() { held_ = true; }
  void release_ledger() {
    held_ = false;
    settle();
  }
  // Completes one append; false: there is none.
  bool complete_append() {
    if (appends_.empty()) return false;
    node::JournalAppend append = std::move(appends_.front());
    appends_.pop_front();
    ledger::Append what;
    if (append.count > 0)
      what.batch = ledger::JournalBatch{append.first, append.count, std::move(append.records)};
    for (node::EncodedSlice& slice : append.slices)
      what.slices.push_back(
          {{static_cast<std::uint16_t>(slice.id.kind), slice.id.number}, slice.includes, slice.bytes});
    what.checkpoint_began = append.checkpoint_began;
    what.history_ends_before = append.history_ends_before;
    const auto done = ledger_->append(what);
    EXPECT_TRUE(done.has_value());
    node_->appended(now_, done->durable, done->room);
    return true;
  }
  [[nodiscard]] std::size_t appends_waiting() const { return appends_.size(); }
  [[nodiscard]] std::size_t reads_done() const { return reads_done_; }
  std::vector<std::pair<LinkId, Message>> take_sent() { return std::exchange(sent_, {}); }
  std::vector<LinkId> closed;

  void answer(RequestToken token, const Answer& answer) override {
    EXPECT_TRUE(answers_.emplace(token, answer).second) << "answered twice";
  }
  void send(LinkId link, const Message& message) override { sent_.emplace_back(link, message); }
  void close(LinkId link, const std::string&) override { closed.push_back(link); }
  void append(node::JournalAppend append) override { appends_.push_back(std::move(append)); }
  void read(Position at) override { reads_.push_back(at); }

  void settle() {
    while (!held_ && (complete_append() || complete_read())) {
    }
  }
  void input(const Input& input) {
    node_->step(now_, input);
    settle();
  }
  void advance_to(NodeTime at) {
    now_.wall += at - now_.node;
    now_.node = at;
  }

 private:
  bool complete_read() {
    if (reads_.empty()) return false;
    const Position at = reads_.front();
    reads_.pop_front();
    ++reads_done_;
    const auto found = ledger_->read(at);
    EXPECT_TRUE(found.has_value() && found->has_value());
    node_->history_read(now_, at, (*found)->first, (*found)->bytes);
    return true;
  }

  void boot() {
    auto opened = ledger::MemoryLedger::open(disk_, {config_.cluster, config_.own, config_.hash_seed});
    EXPECT_TRUE(opened.has_value());
    ledger_ = std::move(opened->ledger);
    replica_ = std::make_unique<Replica>(config_);
    const node::Codec with = codec();
    node::Recovery recovery(*replica_, with);
    EXPECT_TRUE(ledger_->load(
        {[&](const ledger::Slice& slice) {
           recovery.slice({static_cast<SliceKind>(slice.key.kind), slice.key.number}, slice.includes,
                          slice.bytes);
         },
         [&](const ledger::JournalBatch& batch) { recovery.batch(batch.first, batch.count, batch.bytes); }}));
    EXPECT_EQ(recovery.finish(opened->opened.last), std::nullopt);
    advance_to(std::max(now_.node, replica_->state().time()));
    node_ =
        std::make_unique<node::Node>(*replica_, with, limits_, *this, *this, *this, recovery.journal_bytes());
    node_->start(now_, ++boots_, {1, Millis(0)});
    settle();
  }

  node::NodeLimits limits_;
  CoreConfig config_;
  std::shared_ptr<ledger::MemoryDisk> disk_;
  std::unique_ptr<ledger::Ledger> ledger_;
  std::unique_ptr<Replica> replica_;
  std::unique_ptr<node::Node> node_;
  Now now_{node_time(1000), wall_time(1'800'000'000'000)};
  std::deque<node::JournalAppend> appends_;
  std::deque<Position> reads_;
  std::size_t reads_done_ = 0;
  std::map<RequestToken, Answer> answers_;
  std::vector<std::pair<LinkId, Message>> sent_;
  std::uint64_t next_token_ = 1;
  std::uint64_t boots_ = 0;
  bool held_ = false;
};

// What an answer is, as one word: "created", "replayed", "ok", or the code of the refusal.
inline std::string in_short(const Answer& answer) {
  if (!answer) return name(answer.error().code);
  if (const auto* reservation = std::get_if<answer::ReservationAnswer>(&*answer))
    return reservation->created ? "created" : reservation->replayed ? "replayed" : "ok";
  return "ok";
}
inline ReservationState state_in(const Answer& answer) {
  return std::get<answer::ReservationAnswer>(*answer).reservation.state;
}

}  // namespace holdfast::test
