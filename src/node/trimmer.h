// Trimmer: deletes history that is too old, a piece at a time, along with ordinary commits.
//
//   idle --the oldest batch is too old--> reading it --> closing its records --enough of them--> piece
//    ^                                                                                            |
//    └──────────────── the next append carries the closed sums and deletes the batches <──────────┘
//
// A batch goes when its last record is older than `keep`, and nobody needs it: recovery (the complete
// checkpoint), the names that are remembered, whoever reads history from its beginning, whoever follows the
// events. What it meant is in the closed sums before it goes, in the same transaction. Time is the newest
// record's: history ages as it is made. Owner: Node, by way of History. Threads: none.
#pragma once

#include <optional>
#include <span>

#include "core/state.h"
#include "node/ports.h"

namespace holdfast::node {

struct TrimPolicy {
  Millis keep = std::chrono::days(90);
  std::size_t records_per_append = 4096;
  std::size_t batches_per_append = 64;
};

class Trimmer {
 public:
  explicit Trimmer(TrimPolicy policy) : policy_(policy) {}
  void keep(Millis time) { policy_.keep = time; }

  // What is to be read so that it can be deleted; nothing: nothing is due. `needed`: the first record that
  // must stay. `followed_from`: the same, for those who follow the events.
  [[nodiscard]] std::optional<Position> wants(const State& state, Position needed,
                                              std::optional<Position> followed_from);
  // The oldest batch would go, but for those who follow the events.
  [[nodiscard]] bool waits_for_follower(const State& state) const {
    return oldest_is_known(state) && may_go(state, needed_) && !passed();
  }

  [[nodiscard]] bool reads(Position asked) const { return reading_ == asked; }
  // The batch that was wanted.
  void read(State& state, Position first, std::span<const Record> records);

  [[nodiscard]] bool has_piece() const { return records_ > 0 && !reading_ && !wants_more_; }
  void add_to(JournalAppend& append, State& state);

 private:
  [[nodiscard]] bool piece_is_full() const {
    return records_ >= policy_.records_per_append || batches_ >= policy_.batches_per_append;
  }

  [[nodiscard]] bool oldest_is_known(const State& state) const {
    return state.closed().through().next() <= next_end_;
  }
  [[nodiscard]] bool may_go(const State& state, Position needed) const {
    return next_end_ < needed && next_end_at_ + policy_.keep <= state.time();
  }
  [[nodiscard]] bool passed() const { return !followed_from_ || next_end_ < *followed_from_; }

  TrimPolicy policy_;
  std::optional<Position> reading_;
  bool wants_more_ = false;                // there is room in the piece, and more may be due
  Position needed_;                        // as of the last question
  std::optional<Position> followed_from_;  // the same
  Position next_end_;                      // of the oldest batch, where it had to stay: its last record,
  NodeTime next_end_at_{};                 // and when that was made
  std::size_t records_ = 0;                // of the piece
  std::size_t batches_ = 0;
};

}  // namespace holdfast::node
