// Deadlines: which pending reservation expires first; of equals the oldest.
//
// They stand in buckets of a little time, of eight bytes each: when in its bucket, and which. A bucket is in
// order for as long as each that is added is later than all there, which most are; from then on it is a heap.
// One that is gone stays in its bucket until it comes to the front or too many there are gone. So adding one
// that is later than all costs next to nothing, and so does the end of any. One that was gone and is added
// again stands there twice for as long. Owner: Reservations. Threads: none.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "base/assert.h"
#include "base/time.h"
#include "core/ids.h"

namespace holdfast {

struct Deadline {
  NodeTime at;
  ReservationSeq seq;
  auto operator<=>(const Deadline&) const = default;
};

class Deadlines {
 public:
  [[nodiscard]] std::optional<Deadline> first() const;
  void add(Deadline deadline);
  // It was added, and is gone: is_pending(deadline) is false of it already.
  template <class IsPending>
  void drop(Deadline gone, const IsPending& is_pending);

 private:
  static constexpr Millis bucket_span{128};

  // Ascending as deadlines are, in one bucket.
  using Packed = std::uint64_t;
  static constexpr unsigned seq_bits = 57;
  static_assert(bucket_span.count() << seq_bits == 0 && bucket_span.count() - 1 == ~Packed{0} >> seq_bits);

  struct Bucket {
    std::vector<Packed> all;
    std::size_t passed = 0;   // at its beginning: they were the first, and are gone. None in a heap
    std::size_t pending = 0;  // of the others
    bool in_order = true;

    [[nodiscard]] Packed first() const { return all[passed]; }  // pending
    [[nodiscard]] std::size_t size() const { return all.size() - passed; }
    void add(Packed deadline);
    void sift();
    void pop();
    void drop_passed();
    void sort();  // what is in it, each once
    [[nodiscard]] bool mostly_gone() const { return size() > 64 && size() / 2 > pending; }
  };

  [[nodiscard]] static std::int64_t bucket_of(NodeTime at) { return ms_of(at) / bucket_span.count(); }
  [[nodiscard]] static Packed packed(const Deadline& deadline) {
    const auto within = static_cast<Packed>(ms_of(deadline.at) % bucket_span.count());
    return within << seq_bits | deadline.seq.value();
  }
  [[nodiscard]] static Deadline unpacked(std::int64_t bucket, Packed deadline) {
    const auto within = static_cast<std::int64_t>(deadline >> seq_bits);
    constexpr Packed seqs = (Packed{1} << seq_bits) - 1;
    return {node_time(bucket * bucket_span.count() + within), ReservationSeq(deadline & seqs)};
  }
  [[nodiscard]] Bucket& other_bucket(std::int64_t number);

  // The last first: most are added there, since most are given equally long. Something is pending in each.
  std::map<std::int64_t, Bucket, std::greater<>> buckets_;
};

template <class IsPending>
void Deadlines::drop(Deadline gone, const IsPending& is_pending) {
  const auto at = buckets_.find(bucket_of(gone.at));
  HF_ASSERT(at != buckets_.end());
  Bucket& bucket = at->second;
  const auto is_gone = [&](Packed deadline) { return !is_pending(unpacked(at->first, deadline)); };
  if (--bucket.pending == 0) {
    buckets_.erase(at);
    return;
  }
  if (bucket.mostly_gone()) {
    bucket.drop_passed();
    std::erase_if(bucket.all, is_gone);
    bucket.sort();
  }
  if (bucket.first() == packed(gone)) bucket.pop();
  while (is_gone(bucket.first())) bucket.pop();
}

}  // namespace holdfast
