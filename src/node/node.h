// Node: a replica with its journal. It drives step(), journals what step() recorded, and lets out what is
// durable.
//
//   shops, peers, time --> step() --> records --> append() ... appended() --> what was held back goes out
//
// Group commit without timers: while one append is being written, the next batch collects; when the disk is
// done, all that waits goes with the next one. Requests that rest on an ended reservation or a used key wait
// for one read of the journal first. What the disk cannot take is refused at the door, before step(); never
// after.
//
// No threads, clocks or I/O of its own: the daemon and the simulator are two shells around it, and every
// function is called from one thread. Owner: the shell.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/codec.h"
#include "core/replica.h"
#include "node/checkpointer.h"
#include "node/feed.h"
#include "node/history.h"
#include "node/outbox.h"
#include "node/ports.h"

namespace holdfast::node {

struct NodeLimits {
  Millis overloaded_after{1'000};  // a new reservation is refused while answers wait longer than this
  Millis finishing_overloaded_after{5'000};  // so is what finishes one (purchase, release)
  // Answers that wait for the disk, by weight, and requests behind those that wait for the past. What
  // finishes comes in crowds, when a flood of new baskets is refused and what stood behind it in the sockets
  // is read: all that several commits let out before.
  std::size_t held_max = 100'000;
  std::size_t finishing_held_max = 500'000;
  std::size_t recalling_max = 20'000;  // requests that wait for the past, once for each record of it
  HistoryLimits history;
  Millis room_retry{1'000};  // how often a full disk is asked whether it has room again
  CheckpointPolicy checkpoint;
};

class Node {
 public:
  // Records that requests rest on are asked of the ledger, which has appends to do in between.
  static constexpr std::size_t reads_at_once = 32;

  // The replica has been recovered; what it holds is durable. `journal_bytes`: how much of the journal that
  // took (Recovery::journal_bytes). Without a feed port nobody may follow the events.
  Node(Replica& replica, Codec codec, NodeLimits limits, ShopsPort& shops, PeersPort& peers,
       LedgerPort& ledger, std::uint64_t journal_bytes = 0, FeedPort* feed = nullptr);

  // First of all. Until its record is durable nothing is let out, and ready() is false.
  void start(Now now, std::uint64_t boot_nonce, MachineClock clock);
  // In its place, for a ledger that must not be sold from: reading goes on, and nothing is recorded.
  void start_fenced(std::string reason) { fenced_ = std::move(reason); }
  [[nodiscard]] bool ready() const {
    return !fenced_.empty() || (outbox_.durable() >= booted_ && booted_ != Position{});
  }
  // Why it sells nothing until a person looks; empty: it sells.
  [[nodiscard]] const std::string& fenced() const {
    return fenced_.empty() ? replica_.state().fenced() : fenced_;
  }

  // Every token is its own, and is answered once, unless it is cancelled before.
  void submit(Now now, RequestToken token, Request request);
  // None is decided before the one ahead of it, also where that has to read the past first.
  void submit_in_order(Now now, InOrder requests);
  // These will be taken soon, after others: what memory has to bring for them is on its way meanwhile.
  void expect(std::span<input::Asked> requests) const { replica_.expect(requests); }
  // The same in two, for calls that came together: each is taken, and then they go on together, to the disk.
  void take_in_order(Now now, std::span<input::Asked> requests);
  void go_on();
  void cancel(Now now, RequestToken token);
  void step(Now now, const Input& input);
  void tick(Now now);
  [[nodiscard]] std::optional<NodeTime> next_deadline() const;
  // More has expired than one tick frees: the next one need not wait, and frees more for certain.
  [[nodiscard]] bool has_expired(NodeTime now) const;

  // The answers of the ledger port. Without room nothing more is recorded until regained_room().
  void appended(const Appended& done);
  void history_read(Now now, Position asked, Position first, BytesView records);
  void history_lost(Now now, Position asked);
  void regained_room() { room_ = true; }
  [[nodiscard]] bool has_room() const { return room_; }

  // For those who follow the events (feed.h).
  [[nodiscard]] std::optional<EventCursor> open_feed(ConsumerId id, std::optional<EventCursor> from) {
    return feed_.open(id, from);
  }
  void want_events(ConsumerId id) { feed_.want(id, disk()); }
  void close_feed(ConsumerId id) { feed_.close(id); }
  [[nodiscard]] const Feed& feed() const { return feed_; }

  // Nothing waits for the disk, and nothing is being written.
  [[nodiscard]] bool idle() const;
  [[nodiscard]] Hello hello() const;
  [[nodiscard]] const Replica& replica() const { return replica_; }
  [[nodiscard]] Position durable() const { return outbox_.durable(); }
  // What its records will take in the journal that are not durable yet, about.
  [[nodiscard]] std::size_t unwritten_bytes() const { return outbox_.bytes(); }
  void keep_history(Millis time) { history_.keep(time); }
  [[nodiscard]] std::vector<output::Notice> take_notices() { return std::exchange(notices_, {}); }

 private:
  // Whoever goes away leaves an empty place, so that nobody has to move up.
  struct Line {
    InOrder requests;
    std::size_t next = 0;  // those ahead of it were taken
  };

  [[nodiscard]] std::optional<Refusal> refuse_at_door(Now now, const Request& request) const;
  void take(Now now, input::Asked&& asked);
  template <class Input>
  void decide(Now now, Input&& input);
  void proceed(Now now, input::Asked&& asked);
  void follow(Now now, RequestToken token);
  template <class Stays>
  [[nodiscard]] std::optional<RequestToken> take_to_recall(Now now, std::span<input::Asked> requests,
                                                           std::size_t& next, const Stays& stays);
  void stand_behind(RequestToken token, std::span<input::Asked> requests);
  [[nodiscard]] std::size_t held_max(const Request& request) const;
  [[nodiscard]] bool refuses(const Input& input);
  void recalled(Now now, Position asked, const Record& record);
  [[nodiscard]] std::vector<Position> gather(input::Asked& asked) const;
  void read_past(RequestToken token, Position position);
  [[nodiscard]] bool is_awaited(Position position) const;
  void ask_ledger();
  void step_ready(Now now);
  void pump();
  void let_out();
  void let_out(Outbound& outbound);
  [[nodiscard]] Disk disk() const { return writing_ ? Disk::busy : Disk::idle; }

  Replica& replica_;
  Codec codec_;
  NodeLimits limits_;
  ShopsPort& shops_;
  PeersPort& peers_;
  LedgerPort& ledger_;
  Outbox outbox_;
  Checkpointer checkpointer_;
  std::map<RequestToken, input::Asked> recalling_;       // they wait for records of the past
  std::map<RequestToken, Line> behind_;                  // what follows one that is recalling
  std::set<RequestToken> standing_;                      // of all those who have not gone away
  std::size_t behind_count_ = 0;                         // places of all lines
  std::set<std::pair<Position, RequestToken>> awaited_;  // records of the past, and for whom
  std::deque<Position> to_read_;                         // of those: to be asked of the ledger, in turn
  std::set<Position> reading_;                           // asked of the ledger
  History history_;
  Feed feed_;
  std::vector<output::Notice> notices_;
  std::string fenced_;
  Position booted_;
  bool writing_ = false;
  bool room_ = true;
};

}  // namespace holdfast::node
