// Slices: the durable state cut into pieces that a checkpoint writes one at a time.
//
// Each piece is written with the journal position that it includes, and pieces are written at different
// times. So replay asks for every piece of a record, "does the stored piece include this record already?",
// and applies it only where it does not. A piece that changed since it was written is dirty; a checkpoint
// writes those.
#pragma once

#include <algorithm>
#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/assert.h"
#include "core/few.h"
#include "core/record.h"
#include "core/sums.h"

namespace holdfast {

enum class SliceKind : std::uint16_t { meta = 1, skus = 2, reservations = 3, memories = 4, closed = 5 };

struct SliceId {
  SliceKind kind = SliceKind::meta;
  std::uint64_t number = 0;
  auto operator<=>(const SliceId&) const = default;
};

inline constexpr std::uint64_t skus_per_slice = 256;
inline constexpr std::uint64_t reservations_per_slice = 512;
inline constexpr std::uint64_t memories_per_slice = 4096;

[[nodiscard]] constexpr SliceId slice_of(SkuId sku) {
  return {SliceKind::skus, sku.value() / skus_per_slice};
}
[[nodiscard]] constexpr SliceId slice_of(ReservationSeq seq) {
  return {SliceKind::reservations, seq.value() / reservations_per_slice};
}
[[nodiscard]] constexpr SliceId slice_of_memory(std::uint64_t number) {
  return {SliceKind::memories, number / memories_per_slice};
}
inline constexpr SliceId meta_slice{};

// What is in a slice, as values.
struct ReplicaRow {
  ReplicaIx replica;
  Row row;
  bool operator==(const ReplicaRow&) const = default;
};
struct SkuSlice {
  struct Entry {
    SkuId id;
    std::string name;
    Units reserved;
    Units returned;
    Few<ReplicaRow> rows;  // this replica's and its peers', ascending
    bool operator==(const Entry&) const = default;
  };
  std::vector<Entry> skus;
  bool operator==(const SkuSlice&) const = default;
};
struct ReservationSlice {
  std::vector<Reservation> pending;
  bool operator==(const ReservationSlice&) const = default;
};
struct MemorySlice {
  struct Entry {
    std::uint64_t number = 0;
    Digest name;
    Position position;
    NodeTime at;
    bool operator==(const Entry&) const = default;
  };
  std::vector<Entry> memories;
  ReservationSeq made_from;  // none of the reservations in it was made before
  bool operator==(const MemorySlice&) const = default;
};
struct MetaSlice {
  struct Replica {
    ReplicaId id;
    Version version;          // how far its rows are known; for `self`, its newest
    std::vector<Boot> boots;  // of a peer, as it last said
    std::string distrusted;   // why none of its rows are taken any more; empty: they are
    WallTime distrusted_since;
    Version met;  // its own version when it said so of its boots: of the last of them, or of one before
    bool operator==(const Replica&) const = default;
  };
  std::vector<Replica> replicas;  // by ReplicaIx
  std::vector<Boot> boots;
  MachineClock clock;  // of the last boot
  NodeTime time;
  std::uint64_t next_memory = 0;
  std::string fenced;  // why; empty: it is not
  WallTime fenced_since;
  bool operator==(const MetaSlice&) const = default;
};
// What records meant that are no longer in the journal. It changes when they are deleted, in the same
// transaction, and not with a checkpoint.
struct ClosedSlice {
  struct Entry {
    SkuId sku;
    SkuSums sums;
    bool operator==(const Entry&) const = default;
  };
  std::int64_t pending = 0;  // reservations, of all SKUs; in the first slice only
  std::vector<Entry> skus;
  bool operator==(const ClosedSlice&) const = default;
};
using SliceValue = std::variant<MetaSlice, SkuSlice, ReservationSlice, MemorySlice, ClosedSlice>;

// Which slices changed after they were written, and which records a slice read from disk includes.
class SliceBook {
 public:
  // Called by apply() for each slice that a record changes; false: the slice has the record already.
  [[nodiscard]] bool admits(SliceId slice, Position record) {
    Marks& marks = marks_of(slice);
    if (record <= marks.includes) return false;
    marks.changed = record;
    return true;
  }
  void restored(SliceId slice, Position includes) { marks_of(slice) = {includes, includes}; }
  void written(SliceId slice, Position includes) { marks_of(slice).includes = includes; }
  void removed(SliceId slice) {
    if (others_.erase(slice) == 0) marks_of(slice) = {};
  }

  // Those that changed since they were written, in order.
  [[nodiscard]] std::vector<SliceId> dirty() const {
    std::vector<SliceId> found;
    const auto look_at = [&](SliceId slice, const Marks& marks) {
      if (marks.changed > marks.includes) found.push_back(slice);
    };
    look_at(meta_slice, meta_);
    for (std::size_t number = 0; number < skus_.size(); ++number)
      look_at({SliceKind::skus, number}, skus_[number]);
    look_at({SliceKind::reservations, reservations_.number}, reservations_.marks);
    look_at({SliceKind::memories, memories_.number}, memories_.marks);
    for (const auto& [slice, marks] : others_) look_at(slice, marks);
    std::ranges::sort(found);
    return found;
  }

 private:
  struct Marks {
    Position includes;  // what is stored of it holds every record up to here
    Position changed;   // the newest record that changed it
    bool operator==(const Marks&) const = default;
  };
  // Most records change the newest slice of a kind: it stands apart.
  struct Newest {
    std::uint64_t number = 0;
    Marks marks;
  };

  [[nodiscard]] Marks& marks_of(SliceId slice) {
    switch (slice.kind) {
      case SliceKind::meta: return meta_;
      case SliceKind::skus: return slice.number < skus_.size() ? skus_[slice.number] : add_skus(slice);
      case SliceKind::reservations: return marks_of(slice, reservations_);
      case SliceKind::memories: return marks_of(slice, memories_);
      case SliceKind::closed: HF_ASSERT(false && "no record changes what was closed");
    }
    std::unreachable();
  }
  [[nodiscard]] Marks& marks_of(SliceId slice, Newest& newest) {
    return slice.number == newest.number ? newest.marks : marks_of_older_or_newer(newest, slice);
  }
  [[gnu::noinline]] Marks& marks_of_older_or_newer(Newest& newest, SliceId slice) {
    if (slice.number < newest.number) return others_[slice];
    if (newest.marks != Marks{}) others_[{slice.kind, newest.number}] = newest.marks;
    newest = {slice.number, {}};
    return newest.marks;
  }
  [[gnu::noinline]] Marks& add_skus(SliceId slice) {
    skus_.resize(slice.number + 1);
    return skus_.back();
  }

  Marks meta_;               // every record changes it
  std::vector<Marks> skus_;  // by number, without gaps: SKUs are, and none is ever removed
  Newest reservations_;
  Newest memories_;
  std::map<SliceId, Marks> others_;  // all older than the newest of their kind
};

}  // namespace holdfast
