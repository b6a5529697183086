// State: everything durable, and apply(), the one way to change it.
//
//   running:    step() decides, makes a record, and applies it
//   recovery:   restore() every slice, replay() every record after the checkpoint began, then recovered()
//               with the journal's last position
//
// Both end in the same state (I7). The closed sums alone are not apply()'s: they say what records meant that
// the journal no longer has. Owner: Replica. Threads: none.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/closed_sums.h"
#include "core/memories.h"
#include "core/record.h"
#include "core/replicas.h"
#include "core/reservations.h"
#include "core/slice_copy.h"
#include "core/slices.h"
#include "core/stock.h"

namespace holdfast {

class State {
 public:
  State(const ReplicaId& own, std::uint64_t hash_seed);
  State(const State&) = default;  // a state is a value: histories may branch off it
  State& operator=(const State&) = delete;

  // The record that follows the newest one. `name`: of the id of its reservation, if that is known.
  void apply(const Record& record, const Digest* name = nullptr);

  void restore(SliceId id, Position includes, const SliceValue& slice);
  void replay(Position first, std::span<const Record> records);
  void recovered(Position last);

  // A slice as it is now; nothing: it is empty, and what was stored of it goes.
  [[nodiscard]] std::optional<SliceCopy> copy(SliceId id) const;
  [[nodiscard]] std::optional<SliceValue> slice(SliceId id) const {
    auto now = copy(id);
    return now ? std::optional(value_of(*std::move(now))) : std::nullopt;
  }

  [[nodiscard]] Position position() const { return position_; }
  [[nodiscard]] NodeTime time() const { return time_; }
  [[nodiscard]] const Replicas& replicas() const { return replicas_; }
  [[nodiscard]] const Stock& stock() const { return stock_; }
  [[nodiscard]] const Reservations& reservations() const { return reservations_; }
  [[nodiscard]] const Memories& memories() const { return memories_; }
  [[nodiscard]] const std::vector<Boot>& boots() const { return boots_; }
  [[nodiscard]] const MachineClock& clock() const { return clock_; }
  [[nodiscard]] const std::string& fenced() const { return fenced_; }  // why; empty: it is not
  [[nodiscard]] WallTime fenced_since() const { return fenced_since_; }
  // Of a reservation that the next record makes.
  [[nodiscard]] ReservationSeq next_seq() const { return ReservationSeq(position_.next().value()); }
  [[nodiscard]] std::uint64_t hash_seed() const { return hash_seed_; }
  [[nodiscard]] SliceBook& slices() { return slices_; }
  [[nodiscard]] ClosedSums& closed() { return closed_; }
  [[nodiscard]] const ClosedSums& closed() const { return closed_; }

 private:
  void replay_some(Position first, std::span<const Record> records);
  void apply(const Record& record, Position position, const Digest* name);
  void apply_meta(const Record& record);
  void add_new(const Record& record, Position position);
  void apply_peer_rows(const Record& record, Position position);
  void apply_reservation(const Reservation& after, Position position, const Digest* name);
  void remember(const Record& record, Position position);

  std::uint64_t hash_seed_;
  Position position_;
  NodeTime time_{};
  Replicas replicas_;
  Stock stock_;
  Reservations reservations_;
  Memories memories_;
  std::vector<Boot> boots_;
  MachineClock clock_;
  std::string fenced_;
  WallTime fenced_since_;
  SliceBook slices_;
  ClosedSums closed_;
};

}  // namespace holdfast
