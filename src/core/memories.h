// Memories: ended reservations and used keys, each as a digest of its name with the journal position of the
// record that says all about it. A repeat finds the record through them, also long after.
//
// Kept for limits::ids_kept after the end, at most the newest limits::ids_kept_max; forgotten whenever
// something new is remembered, and by every record that is no change of a reservation. A name may be
// remembered again (a purchase of which something is returned): the newest memory counts.
//
// Owner: State. Changed by apply() only. Threads: none.
#pragma once

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "core/digest_table.h"
#include "core/ids.h"
#include "core/slices.h"

namespace holdfast {

// Ids and keys are spaces of their own: a reservation "a" and a key "a" have nothing to do with each other.
[[nodiscard]] Digest name_of_reservation(std::string_view id, std::uint64_t hash_seed);
[[nodiscard]] Digest name_of_key(std::string_view key, std::uint64_t hash_seed);

// Made after every other: of what is no reservation.
inline constexpr ReservationSeq no_reservation{~std::uint64_t{0}};

class Memories {
 public:
  [[nodiscard]] std::optional<Position> find(const Digest& name) const {
    const Known* const found = known_.find(name);
    return found == nullptr ? std::nullopt : std::optional(found->position);
  }
  [[nodiscard]] bool has(const Digest& name) const { return known_.find(name) != nullptr; }
  // It will be asked for soon: what tells of it is fetched meanwhile.
  [[gnu::always_inline]] void expect(const Digest& name) const { known_.expect(name); }
  [[nodiscard]] std::uint64_t next_number() const { return next_number_; }
  // How far back names are remembered: limits::ids_kept, or less where there are too many of them.
  [[nodiscard]] Millis kept(NodeTime now) const;
  // The oldest record that is remembered: the journal must reach back to it. None: nothing is remembered.
  [[nodiscard]] std::optional<Position> oldest() const;
  // None of the reservations that are remembered was made before.
  [[nodiscard]] ReservationSeq made_from() const;

  // `made_from`: what the record remembers was not made before.
  void put(const Remembered& memory, Position position, NodeTime at, ReservationSeq made_from);
  void restore(const MemorySlice& slice);
  void continue_from(std::uint64_t number) { next_number_ = std::max(next_number_, number); }
  [[nodiscard]] MemorySlice slice(std::uint64_t number) const;
  // What is too old, or too much. The slices that it stood in, each once: they have changed.
  [[nodiscard]] std::vector<std::uint64_t> forget(NodeTime now);

 private:
  struct Known {
    std::uint64_t number = 0;
    Position position;  // of none: 0
    bool operator==(const Known&) const = default;
  };
  struct Slice {
    std::deque<MemorySlice::Entry> entries;  // ascending by number, which is by position and by time as well
    ReservationSeq made_from = no_reservation;
  };

  void put(const MemorySlice::Entry& entry, ReservationSeq made_from);
  void forget_oldest();

  std::uint64_t next_number_ = 0;
  std::size_t size_ = 0;
  DigestTable<Digest, Known> known_;
  std::map<std::uint64_t, Slice> slices_;  // none is empty
};

}  // namespace holdfast
