// Listing: one page of this region's reservations, oldest first, ended ones too.
//
// Pending reservations are in memory. Of an ended one only its name is, with the position of its last record;
// in which order they were made says the journal. So a page is gathered by reading the journal from the
// record after the cursor on, and then the last records of those that ended. What is shown is judged at the
// very end, as it is then: whoever ended meanwhile, or was given back, is looked up once more.
//
//   while (wants(state))  the batch, or the record, at that position --> take(), or lost()
//   page(step)            in the step that answers
//
// What is forgotten (memories.h), or was made before history begins, is not listed. A page reads a bounded
// piece of the journal, and looks for a bounded time: it may then be short, or even empty, and the next one
// goes on where it ended. Pure. Owner: the node's History. Threads: none.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/answer.h"
#include "core/request.h"
#include "core/state.h"

namespace holdfast {

class StepContext;

class Listing {
 public:
  Listing(request::ListReservations request, const State& state);

  // The record to read next, so that the page can be told by this state; nothing: it can.
  [[nodiscard]] std::optional<Position> wants(const State& state);
  // Records from the one at `first` on, the wanted one among them.
  void take(const State& state, Position first, std::span<const Record> records);
  // There is no such record any more.
  void lost(const State& state, Position wanted);

  // Once nothing is wanted. A cursor that no answer gave: nothing.
  [[nodiscard]] bool cursor_is_valid() const { return cursor_is_valid_; }
  [[nodiscard]] answer::ReservationList page(const StepContext& step) const;

 private:
  static constexpr std::size_t records_max = 1'000'000;  // that it looks through for more
  static constexpr std::size_t read_costs = 64;          // as much as so many records
  static constexpr Millis looking_max{2'000};            // by the records that are made meanwhile
  static constexpr std::size_t pending_max = 10'000;     // that it looks through at once

  // One that may belong on the page.
  struct Candidate {
    ReservationSeq seq;
    Digest name;
    std::optional<Reservation> ended;  // as of `as_of`
    Position as_of;
  };

  [[nodiscard]] Position journal_from(const State& state) const;
  void take_pending(const State& state);
  void consider(const State& state, const Reservation& made);
  void note(const Reservation& reservation, Position position);
  void give_up_between(const State& state, Position first, Position last);
  [[nodiscard]] bool may_belong(const State& state, const Candidate& candidate) const;
  [[nodiscard]] bool matches(const Reservation& reservation) const;
  [[nodiscard]] bool has_enough() const { return candidates_.size() > request_.limit; }

  request::ListReservations request_;
  std::optional<SkuId> sku_;  // of the filter
  bool cursor_is_valid_ = true;
  bool at_end_ = false;    // there is nothing further to look through
  Position scanned_;       // everything that was made up to here has been considered
  Position journal_from_;  // before it, all that there is is pending
  std::size_t records_left_ = records_max;
  NodeTime began_;
  std::vector<Candidate> candidates_;  // oldest first; at most one more than the page takes
};

}  // namespace holdfast
