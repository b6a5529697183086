// Checkpointer: writes what changed since the last checkpoint, a slice at a time, along with ordinary
// commits.
//
//   idle --enough was journalled, or an hour ago--> writing slices, a few with each append --all written-->
//   complete, idle
//
// Each slice is copied when its append is made, and so includes every record up to and including that
// append's. Recovery begins at the position where the checkpoint began: whatever changed after is in the
// journal beyond it.
//
// Shoppers wait for an append that carries records: it carries no more slices than keep the checkpoint in
// time, so that what is written of it is spread over what shops do. One that carries none takes more.
//
// How much of the journal recovery has to replay is bounded: a checkpoint is complete once half as much again
// is journalled as made it begin, however busy shops are. So that is at most one and a half times the
// interval, and an append: what one takes is known once it is written. Where a checkpoint itself is large,
// the interval is a part of it: what reading it takes is not worth halving, and what it takes to write must
// not be many times what the journal does. What is little waits for no more than an hour: history must not be
// kept for it alone.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "core/state.h"
#include "node/ports.h"

namespace holdfast::node {

struct CheckpointPolicy {
  // A checkpoint begins after so much of the journal, or so large a part of what the last one wrote, if that
  // is more.
  std::uint64_t journal_bytes = 16u << 20;
  std::uint64_t checkpoint_part = 4;            // a fourth
  Millis longest_wait = std::chrono::hours(1);  // of what was journalled, however little
  // An append without records carries about so much of slices; any, where the checkpoint would be late, up to
  // the second.
  std::size_t slice_bytes_per_append = 64u << 10;
  std::size_t slice_bytes_per_append_max = 2u << 20;
};

class Checkpointer {
 public:
  // `journalled`: how many bytes of the journal the last checkpoint does not cover. They count over boots, or
  // a daemon that is often started again would never write one.
  explicit Checkpointer(CheckpointPolicy policy = {}, std::uint64_t journalled = 0, NodeTime now = {})
      : policy_(policy), journalled_(journalled), began_at_(now) {}

  void journalled(std::size_t bytes) { journalled_ += bytes; }
  // Begins one now, whatever was journalled.
  void begin(State& state);
  // Where the newest complete one of this boot began: recovery skips the journal up to here.
  [[nodiscard]] Position complete() const { return complete_; }
  [[nodiscard]] bool writing() const { return began_.has_value(); }
  [[nodiscard]] bool due(NodeTime now) const {
    const bool is_long_ago = journalled_ > 0 && began_at_ + policy_.longest_wait <= now;
    return !writing() && (journalled_ >= interval() || is_long_ago);
  }

  // Adds the next slices to an append, and on the last ones says that the checkpoint is complete.
  void add_to(JournalAppend& append, State& state);

 private:
  [[nodiscard]] std::uint64_t interval() const {
    return std::max(policy_.journal_bytes, last_bytes_ / policy_.checkpoint_part);
  }
  [[nodiscard]] bool is_late() const;

  CheckpointPolicy policy_;
  std::uint64_t journalled_;  // since the last one began
  NodeTime began_at_;         // the last one, or this boot
  std::uint64_t last_bytes_ = 0;
  std::optional<Position> began_;
  Position complete_;
  std::deque<SliceId> left_;
  std::size_t slices_ = 0;   // of this one
  std::uint64_t bytes_ = 0;  // that were written of it, about
};

}  // namespace holdfast::node
