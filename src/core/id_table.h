// IdTable: which pending reservation has an id, by the id's digest.
//
// Entries stand where the first bits of their digest say, or in the next place that is free, so that one line
// of the cache tells what there is to tell. Whoever knows that ids will be asked for has their lines fetched
// beforehand (expect()). A table that grows keeps its order, and is copied from end to end. Owner:
// Reservations. Threads: none.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/digest.h"
#include "base/large_pages.h"
#include "core/ids.h"

namespace holdfast {

class IdTable {
 public:
  [[nodiscard]] std::optional<ReservationSeq> find(const Digest& id) const;
  // Of several reservations of an id the newest counts.
  void put(const Digest& id, ReservationSeq seq);
  // Unless a newer one has the id.
  void drop(const Digest& id, ReservationSeq seq);
  [[nodiscard]] std::size_t size() const { return size_; }
  void expect(const Digest& id) const {
    if (!entries_.empty()) __builtin_prefetch(&entries_[home(id)]);
  }

 private:
  struct Entry {
    Digest id;
    ReservationSeq seq;  // of none: 0
  };

  [[nodiscard]] static bool is_free(const Entry& entry) { return entry.seq == ReservationSeq{}; }
  [[nodiscard]] std::size_t home(const Digest& id) const { return id.low >> shift_; }
  [[nodiscard]] std::size_t after(std::size_t place) const { return (place + 1) & (entries_.size() - 1); }
  // Where the id stands, or would.
  [[nodiscard]] std::size_t place_of(const Digest& id) const;
  void grow();

  std::vector<Entry, LargePages<Entry>> entries_;  // a power of two of them, a quarter of them free, or none
  unsigned shift_ = 64;
  std::size_t size_ = 0;
};

}  // namespace holdfast
