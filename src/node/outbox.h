// Outbox: durable before visible, as a type.
//
// It numbers records, and holds back whatever a step lets out until all records made up to and including that
// step are durable, whether or not that step made any: it was computed from memory that is ahead of the disk
// (I4). Only what states nothing passes at once.
//
//   effects(), the step writes there, stepped() --> collecting --begin_write()--> writing
//   --durable_up_to()--> take_released()
//
// Records are put into their batch as their step ends (core/record_batch.h). What waits stands beside the
// batch that it waits for, in the very list that the steps filled: nothing is moved on the way, and lists and
// batches that are handed back are filled again. Pure; the daemon and the simulator share it.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "base/time.h"
#include "core/ids.h"
#include "core/record_batch.h"
#include "core/step.h"

namespace holdfast::node {

class Outbox {
 public:
  // `durable`: the journal's last position when this boot began.
  Outbox(Position durable, MakeRecordBatch make_batch)
      : make_batch_(make_batch), last_(durable), durable_(durable), collecting_(make_batch()) {}

  // Where the next step adds its effects: no records, and what steps before let out; stepped() right after
  // it.
  [[nodiscard]] Effects& effects() { return effects_; }
  void stepped(NodeTime now);

  // All batches of records that no append has taken yet; the caller journals them, in this order, together.
  // Valid, and changed by nobody, until they are durable.
  [[nodiscard]] std::vector<const RecordBatch*> begin_write();
  [[nodiscard]] bool has_records() const { return batches_.size() > writing_ || collecting_->size() > 0; }

  // The batches that became durable by it. reuse(): whoever had them is done with them.
  std::vector<std::unique_ptr<RecordBatch>> durable_up_to(Position position);
  void reuse(std::unique_ptr<RecordBatch> records);

  // What may leave now, in order, as much as lies together. Empty: no more until the next step or the next
  // durable batch.
  [[nodiscard]] std::vector<Outbound> take_released();
  void reuse(std::vector<Outbound> released);

  // Records that are not durable yet, from this one on, as many as lie together; none: it is durable, and
  // stands in the ledger, or is not there yet.
  [[nodiscard]] std::vector<Record> from(Position position) const;
  [[nodiscard]] std::optional<Record> find(Position position) const;

  [[nodiscard]] Position last() const { return last_; }
  [[nodiscard]] Position durable() const { return durable_; }
  // What its records will take in the journal, about.
  [[nodiscard]] std::size_t bytes() const;
  // What is held back, by its weight: an answer that tells of a thousand lines is a thousand.
  [[nodiscard]] std::size_t held() const { return held_; }
  // How long the oldest that is held back has waited; 0: none is.
  [[nodiscard]] Millis longest_wait(NodeTime now) const;

  // Of one batch: whoever reads a record of the past decodes its whole batch. It has as many bytes, and what
  // its last record takes.
  static constexpr std::size_t batch_records_max = 4096;
  static constexpr std::size_t batch_bytes_max = 4u << 20;

 private:
  // Records, and what waits for them: it was said in the steps that made them, or after those.
  struct Batch {
    std::unique_ptr<RecordBatch> records;
    std::vector<Outbound> outbound;
    std::size_t weight = 0;  // of those
    NodeTime since;          // of the first that waits
  };
  // Where a record stands that is not durable.
  struct Place {
    const RecordBatch* batch;
    std::size_t index;
  };

  void collect(std::vector<Record>& records);
  [[nodiscard]] bool is_full() const {
    return collecting_->size() == batch_records_max || collecting_->bytes() >= batch_bytes_max;
  }
  // What the step let out: lets go of what may leave, and keeps the rest with the last batch that has
  // records.
  void hold(NodeTime now);
  // What collects is a batch, with what waits for it; what the step lets out waits for what follows.
  void close_batch();
  [[nodiscard]] std::optional<Place> place_of(Position position) const;

  MakeRecordBatch make_batch_;
  Position last_;              // of the newest record taken
  Position durable_;           // of the newest record on disk
  std::deque<Batch> batches_;  // each has records
  std::size_t writing_ = 0;    // so many of the first
  // What collects: the records, and in `outbound` what waits for them; and what the step adds.
  std::unique_ptr<RecordBatch> collecting_;
  Effects effects_;
  std::size_t weight_ = 0;
  NodeTime since_;
  std::size_t outbound_seen_ = 0;  // from steps before
  std::size_t held_ = 0;
  std::deque<std::vector<Outbound>> released_;  // none is empty
  std::vector<std::unique_ptr<RecordBatch>> spare_records_;
  std::vector<std::vector<Outbound>> spare_outbound_;
};

}  // namespace holdfast::node
