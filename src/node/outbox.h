// Outbox: durable before visible, as a type.
//
// It numbers records, and holds back whatever a step lets out until all records made up to and including that
// step are durable, whether or not that step made any: it was computed from memory that is ahead of the disk
// (I4). Only what states nothing passes at once.
//
//   effects(), the step writes there, stepped() --> collecting --begin_write()--> writing
//   --durable_up_to()--> take_released()
//
// What waits stands with the batch that it waits for, in the very lists that the steps filled: nothing is
// moved on the way, and lists that are handed back are filled again. Pure; the daemon and the simulator share
// it.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "base/time.h"
#include "core/ids.h"
#include "core/step.h"

namespace holdfast::node {

class Outbox {
 public:
  // `durable`: the journal's last position when this boot began.
  explicit Outbox(Position durable) : last_(durable), durable_(durable) {}

  // Where the next step adds its effects, behind those of steps before; stepped() right after it.
  [[nodiscard]] Effects& effects() { return collecting_.effects; }
  void stepped(NodeTime now);

  // All batches of records that no append has taken yet; the caller journals them, in this order, together.
  // Valid, and changed by nobody, until they are durable.
  [[nodiscard]] std::vector<std::span<const Record>> begin_write();
  [[nodiscard]] bool has_records() const {
    return batches_.size() > writing_ || !collecting_.effects.records.empty();
  }

  // The records that became durable by it, batch by batch. reuse(): whoever had them is done with them.
  std::vector<std::vector<Record>> durable_up_to(Position position);
  void reuse(std::vector<Record> records);

  // What may leave now, in order, as much as lies together. Empty: no more until the next step or the next
  // durable batch.
  [[nodiscard]] std::vector<Outbound> take_released();
  void reuse(std::vector<Outbound> released);

  // Records that are not durable yet, from this one on, as many as lie together; none: it is durable, and
  // stands in the ledger.
  [[nodiscard]] std::span<const Record> from(Position position) const;
  [[nodiscard]] const Record* find(Position position) const {
    const std::span<const Record> found = from(position);
    return found.empty() ? nullptr : &found.front();
  }

  [[nodiscard]] Position last() const { return last_; }
  [[nodiscard]] Position durable() const { return durable_; }
  [[nodiscard]] std::size_t held() const { return held_; }
  // How long the oldest that is held back has waited; 0: none is.
  [[nodiscard]] Millis longest_wait(NodeTime now) const;

  // Of one batch: whoever reads a record of the past decodes its whole batch.
  static constexpr std::size_t batch_records_max = 4096;

 private:
  // Records, and what waits for them: it was said in the steps that made them, or after those.
  struct Batch {
    Effects effects;
    NodeTime since;  // of the first that waits
  };

  // What the step let out: lets go of what may leave, and keeps the rest with the last batch that has
  // records.
  void hold(NodeTime now);
  // What the last step made beyond all that a batch may have begins the next.
  void close_full(NodeTime now);
  [[nodiscard]] Batch& last_with_records();
  [[nodiscard]] Batch next_batch();

  Position last_;              // of the newest record taken
  Position durable_;           // of the newest record on disk
  std::deque<Batch> batches_;  // each has records
  std::size_t writing_ = 0;    // so many of the first
  Batch collecting_;
  std::size_t records_seen_ = 0;   // of those that collect: from steps before
  std::size_t outbound_seen_ = 0;  // the same
  std::size_t held_ = 0;
  std::deque<std::vector<Outbound>> released_;  // none is empty
  std::vector<std::vector<Record>> spare_records_;
  std::vector<std::vector<Outbound>> spare_outbound_;
};

}  // namespace holdfast::node
