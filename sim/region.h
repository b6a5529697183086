// Region: one region of a simulated world: a machine with a disk, and a process on it that is the shell
// around node::Node, as the daemon is (daemon/running.h). Everything passes through the real encoders and
// decoders.
//
//   start() --recovery--> starting --first record durable--> serving --kill()/lose_power()/disk fails--> down
//                                                                                          down --start()-->
//                                                                                          ...
//
// Shoppers submit requests and are called back with an answer, or with none: the connection closed, and what
// became of the request they cannot know. A paused process does nothing until it goes on; what came in the
// meantime comes then. Owner: the world.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/replica.h"
#include "node/node.h"
#include "sim/links.h"
#include "sim/machine.h"
#include "sim/network.h"
#include "sim/stage.h"
#include "sim/storage.h"

namespace holdfast::sim {

enum class LedgerKind { memory, sqlite };

struct RegionOptions {
  CoreConfig core;
  node::NodeLimits limits;
  std::size_t number = 0;          // its place among the network's regions
  std::vector<std::size_t> dials;  // peers whose addresses it knows
  Millis silence_max{1'500};
  LedgerKind ledger = LedgerKind::memory;
  // Told of every message that it sends, and of all that its node takes from peers, right before; may be
  // empty.
  std::function<void(LinkId, const Message&)> said;
  std::function<void(const Input&)> heard;
  // After each step that made records the whole state is walked, and after some also what is kept to be
  // found quickly; what a record changed is checked in any case.
  bool checks_all_invariants = true;
};

// How long whoever asks that lets it wait for units.
[[nodiscard]] Millis wait_of(const Request& request);

class Region final : public node::ShopsPort, public node::LedgerPort {
 public:
  // No answer: the connection closed.
  using Answered = std::function<void(const std::optional<Answer>&)>;
  using Ticket = std::uint64_t;

  Region(Stage& stage, Network& network, RegionOptions options, Streams streams);
  ~Region() override;

  [[nodiscard]] const std::string& name() const { return options_.core.own.region; }
  [[nodiscard]] std::size_t number() const { return options_.number; }

  // The process. It may not come up, which is a death like any other, or may not be able to any more.
  void start();
  void kill(Tail tail);
  void lose_power(Tail tail);
  // Hears it as if that peer had said it, if they are linked.
  void forge(std::size_t peer, Bytes bytes);
  // Does nothing until then, and is not heard of.
  void pause(Micros time);
  [[nodiscard]] bool running() const { return process_ != nullptr; }
  [[nodiscard]] bool ready() const;
  // It says itself that it doubts its ledger.
  [[nodiscard]] bool fenced() const;
  void on_death(std::function<void()> died) { died_ = std::move(died); }

  // Shops. The request is valid. The callback comes later, never from within.
  Ticket submit(Request request, Answered answered);
  // Whoever asked has gone away, and is not called back.
  void cancel(Ticket ticket);

  // For what looks at the world from outside. Only while running().
  [[nodiscard]] const State& state() const;
  [[nodiscard]] bool linked(std::size_t peer) const;
  [[nodiscard]] bool hears_all();  // every other region, if only by way of a third
  [[nodiscard]] Storage& storage() { return storage_; }
  [[nodiscard]] const Storage& storage() const { return storage_; }
  [[nodiscard]] Machine& machine() { return machine_; }
  [[nodiscard]] const CoreConfig& config() const { return options_.core; }

 private:
  struct Process;
  struct Open {
    Answered answered;
    bool changes = false;
  };

  void answer(RequestToken token, const Answer& answer) override;
  void append(node::JournalAppend append) override;
  void read(Position at) override;

  void recover(const ledger::Opened& opened);
  void serve(const ledger::Opened& opened);
  void did_not_start(const ledger::Error& error);
  void note_recovery();
  [[nodiscard]] Now now();
  void settled();
  void go_on_later();
  void check_invariants_once();
  void schedule();
  void every_second();
  void die(Death death, Tail tail);
  void give_up(Ticket ticket);
  void close_all();
  void reply(Answered answered, std::optional<Answer> answer);
  [[nodiscard]] Storage::Events disk_events();
  [[nodiscard]] Links::Events link_events();
  template <class Action>
  void inside(Action action);
  template <class Action>
  void later(Micros delay, Action action);

  Stage& stage_;
  Network& network_;
  RegionOptions options_;
  Streams streams_;
  Random random_;
  Storage storage_;
  Machine machine_;
  std::unique_ptr<Process> process_;
  std::uint64_t boots_ = 0;
  SimTime paused_until_{};
  std::deque<std::move_only_function<void()>> waiting_;  // until then
  std::map<Ticket, Open> open_;
  Ticket next_ticket_ = 1;
  std::function<void()> died_;
};

}  // namespace holdfast::sim
