// Desk: a node between fake ports. Its disk writes when it is told to, and what was written survives a crash.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "ledger/ledger.h"
#include "node/node.h"
#include "node/recovery.h"
#include "support/shop.h"

namespace holdfast::test {

// Stands in for the wire's codec: records and slices are kept by value, and bytes are their numbers.
[[nodiscard]] Codec value_codec();

// What is on disk. Copied, it is a snapshot.
struct Disk {
  std::map<ledger::SliceKey, ledger::Slice> slices;
  std::deque<ledger::JournalBatch> batches;
  Position began;  // of the last complete checkpoint
  Position last;

  void write(const ledger::Append& append);
  [[nodiscard]] const ledger::JournalBatch* batch_with(Position at) const;
  struct Recovered {
    std::unique_ptr<Replica> replica;
    std::uint64_t journal_bytes = 0;
  };
  // A fresh replica from what is here; with `whole_journal` also from batches that the checkpoint covers.
  [[nodiscard]] Recovered recover(const CoreConfig& config, bool whole_journal = false) const;
};

class Desk : public node::ShopsPort, public node::PeersPort, public node::LedgerPort {
 public:
  explicit Desk(CoreConfig config, node::NodeLimits limits = {}, Disk disk = {});

  void start();  // until it is ready
  RequestToken submit(Request request);
  // With the disk at work until nothing waits.
  Answer ask(Request request);
  void step(const Input& input) { node_->step(now, input); }
  // The disk finishes what it is writing; whether it was writing anything.
  bool commit(bool room = true);
  void commit_all();
  // Answers one read of the journal; whether one was asked for.
  bool read_one(bool lost = false);

  [[nodiscard]] const Answer* answer_to(RequestToken token) const;
  [[nodiscard]] std::string outcome(RequestToken token) const;
  [[nodiscard]] node::Node& node() { return *node_; }
  [[nodiscard]] Replica& replica() { return *replica_; }
  [[nodiscard]] const Disk& disk() const { return disk_; }
  [[nodiscard]] const std::optional<ledger::Append>& writing() const { return writing_; }
  [[nodiscard]] const std::deque<Position>& reads() const { return reads_; }

  Now now{node_time(1'000), wall_time(1'795'500'000'000)};
  std::vector<Message> sent;

 private:
  void answer(RequestToken token, const Answer& answer) override;
  void send(LinkId, const Message& message) override { sent.push_back(message); }
  void close(LinkId, const std::string&) override {}
  void append(node::JournalAppend append) override;
  void read(Position at) override { reads_.push_back(at); }

  CoreConfig config_;
  Disk disk_;
  std::unique_ptr<Replica> replica_;
  std::unique_ptr<node::Node> node_;
  std::optional<ledger::Append> writing_;
  std::deque<Position> reads_;
  std::map<RequestToken, Answer> answers_;
  std::uint64_t tokens_ = 0;
};

}  // namespace holdfast::test
