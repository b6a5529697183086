// Closed sums: what the records meant that the journal no longer has. A recount is these and the records that
// follow.
//
// A piece of history is closed (its records added here) before it is deleted, and what changed here becomes
// durable in the transaction that deletes it. The first slice changes with every piece: its position says how
// far history is closed. Owner: State. Threads: none.
#pragma once

#include <optional>
#include <set>

#include "core/slices.h"
#include "core/sums.h"

namespace holdfast {

class ClosedSums {
 public:
  // Every record up to here is closed.
  [[nodiscard]] Position through() const { return through_; }
  [[nodiscard]] const Sums& sums() const { return sums_; }

  // The record that follows the newest one that is closed.
  void close(const Record& record);

  void restore(const ClosedSlice& slice, Position includes);
  // Slices that changed since this was last asked; the first one always.
  [[nodiscard]] std::set<std::uint64_t> take_changed();
  // Nothing: all in it is 0, and what was stored of it goes.
  [[nodiscard]] std::optional<ClosedSlice> slice(std::uint64_t number) const;

 private:
  Sums sums_;
  Position through_;
  std::set<std::uint64_t> changed_{0};
};

}  // namespace holdfast
