// Deadlines: which pending reservation expires first; of equals the oldest.
//
// They stand in buckets of a little time. A bucket is in order for as long as each that is added is later
// than all there, which most are; from then on it is a heap. One that is gone stays in its bucket until it
// comes to the front or too many there are gone. So adding one that is later than all costs next to nothing,
// and so does the end of any. One that was gone and is added again stands there twice for as long. Owner:
// Reservations. Threads: none.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <map>
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
  [[nodiscard]] const Deadline* first() const;  // nullptr: there is none
  void add(Deadline deadline);
  // It was added, and is gone: is_pending(deadline) is false of it already.
  template <class IsPending>
  void drop(Deadline gone, const IsPending& is_pending);

 private:
  static constexpr Millis bucket_span{128};

  struct Bucket {
    std::vector<Deadline> all;
    std::size_t passed = 0;   // at its beginning: they were the first, and are gone. None in a heap
    std::size_t pending = 0;  // of the others
    bool in_order = true;

    [[nodiscard]] const Deadline& first() const { return all[passed]; }  // pending
    [[nodiscard]] std::size_t size() const { return all.size() - passed; }
    void add(Deadline deadline);
    void sift();
    void pop();
    void drop_passed();
    void sort();  // what is in it, each once
    [[nodiscard]] bool mostly_gone() const { return size() > 64 && size() / 2 > pending; }
  };

  [[nodiscard]] static std::int64_t bucket_of(NodeTime at) { return ms_of(at) / bucket_span.count(); }

  [[nodiscard]] Bucket& other_bucket(std::int64_t number);

  // The last first: most are added there, since most are given equally long. Something is pending in each.
  std::map<std::int64_t, Bucket, std::greater<>> buckets_;
};

template <class IsPending>
void Deadlines::drop(Deadline gone, const IsPending& is_pending) {
  const auto at = buckets_.find(bucket_of(gone.at));
  HF_ASSERT(at != buckets_.end());
  Bucket& bucket = at->second;
  if (--bucket.pending == 0) {
    buckets_.erase(at);
    return;
  }
  if (bucket.mostly_gone()) {
    bucket.drop_passed();
    std::erase_if(bucket.all, [&](const Deadline& deadline) { return !is_pending(deadline); });
    bucket.sort();
  }
  if (bucket.first() == gone) bucket.pop();
  while (!is_pending(bucket.first())) bucket.pop();
}

}  // namespace holdfast
