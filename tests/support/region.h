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
#include "ledger/memory_ledger.h"
#include "node/node.h"

namespace holdfast::test {

class TestRegion final : public node::ShopsPort,
                         public node::PeersPort,
                         public node::LedgerPort,
                         public node::FeedPort {
 public:
  explicit TestRegion(std::string region = "eu", std::vector<std::string> peers = {},
                      node::NodeLimits limits = {});

  // Everything in memory is gone; what was durable comes back.
  void crash();
  // Time goes on, with a tick whenever one is due.
  void wait(Millis time);

  RequestToken submit(Request request);
  std::vector<RequestToken> submit_in_order(std::vector<Request> requests);
  Answer ask(Request request) { return answer_to(submit(std::move(request))); }
  Answer answer_to(RequestToken token);  // a test that expects one but gets none fails
  [[nodiscard]] bool answered(RequestToken token) const { return answers_.contains(token); }
  void cancel(RequestToken token) { node_->cancel(now_, token); }

  // Shorthands
  Answer stock(const std::string& sku, std::int64_t delta);
  static request::Reserve basket(const std::string& id, Few<Line> lines, Millis wait = Millis(0));
  static request::Reserve basket(const std::string& id, const std::string& sku, std::int64_t quantity,
                                 Millis wait = Millis(0));
  Answer reserve(const std::string& id, const std::string& sku, std::int64_t quantity);
  Answer purchase(const std::string& id, const std::string& order = "");
  Answer release(const std::string& id) { return ask(request::Release{id}); }
  Answer get(const std::string& id) { return ask(request::GetReservation{id}); }
  [[nodiscard]] std::int64_t available(const std::string& sku) const;

  [[nodiscard]] const State& state() const { return node_->replica().state(); }
  [[nodiscard]] node::Node& node() { return *node_; }
  [[nodiscard]] Now now() const { return now_; }
  [[nodiscard]] const std::shared_ptr<ledger::MemoryDisk>& disk() const { return disk_; }
  [[nodiscard]] const CoreConfig& config() const { return config_; }

  // The ledger answers by hand from now on.
  void hold_ledger() { held_ = true; }
  void release_ledger();
  // Completes one append, or one read; false: there is none.
  bool complete_append();
  bool complete_read();
  [[nodiscard]] std::size_t appends_waiting() const { return appends_.size(); }
  [[nodiscard]] std::size_t reads_done() const { return reads_done_; }

  // Following the events. What was told, all of it; and who was told that its history is gone.
  [[nodiscard]] std::optional<EventCursor> follow(std::uint64_t consumer,
                                                  std::optional<EventCursor> from = {});
  void want(std::uint64_t consumer);
  [[nodiscard]] const std::vector<Event>& told(std::uint64_t consumer) { return told_[consumer]; }
  [[nodiscard]] std::size_t chunks(std::uint64_t consumer) { return chunks_[consumer]; }
  std::vector<std::uint64_t> lost_consumers;

  std::vector<std::pair<LinkId, Message>> take_sent() { return std::exchange(sent_, {}); }
  std::vector<LinkId> closed;

  void input(const Input& input);
  void advance_to(NodeTime at);

 private:
  void answer(RequestToken token, const Answer& answer) override;
  void send(LinkId link, const Message& message) override { sent_.emplace_back(link, message); }
  void close(LinkId link, const std::string&) override { closed.push_back(link); }
  void events(std::span<const node::ConsumerId> consumers, std::span<const Event> events) override;
  void lost(node::ConsumerId consumer) override { lost_consumers.push_back(consumer.value()); }
  void append(node::JournalAppend append) override;
  void read(Position at) override { reads_.push_back(at); }

  void settle();
  void boot();

  node::NodeLimits limits_;
  CoreConfig config_;
  std::shared_ptr<ledger::MemoryDisk> disk_;
  std::unique_ptr<ledger::Ledger> ledger_;
  std::unique_ptr<Replica> replica_;
  std::unique_ptr<node::Node> node_;
  Now now_{node_time(1000), wall_time(1'800'000'000'000)};
  std::deque<ledger::Append> appends_;
  std::deque<Position> reads_;
  std::size_t reads_done_ = 0;
  std::map<RequestToken, Answer> answers_;
  std::vector<std::pair<LinkId, Message>> sent_;
  std::map<std::uint64_t, std::vector<Event>> told_;
  std::map<std::uint64_t, std::size_t> chunks_;
  std::uint64_t next_token_ = 1;
  std::uint64_t boots_ = 0;
  bool held_ = false;
};

// What an answer is, as one word: "created", "replayed", "ok", or the code of the refusal.
[[nodiscard]] std::string in_short(const Answer& answer);
[[nodiscard]] ReservationState state_in(const Answer& answer);

}  // namespace holdfast::test
