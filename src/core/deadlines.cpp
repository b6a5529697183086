#include "core/deadlines.h"

#include <algorithm>
#include <functional>

namespace holdfast {

const Deadline* Deadlines::first() const {
  return buckets_.empty() ? nullptr : &buckets_.rbegin()->second.heap.front();
}

// Most often it goes to the last bucket, is later than those above it there, and stays where it is.
void Deadlines::add(Deadline deadline) {
  const std::int64_t number = bucket_of(deadline.at);
  const auto last = buckets_.begin();
  Bucket& bucket = last != buckets_.end() && last->first == number ? last->second : other_bucket(number);
  std::vector<Deadline>& heap = bucket.heap;
  heap.push_back(deadline);
  ++bucket.pending;
  const std::size_t place = heap.size() - 1;
  if (place > 0 && deadline < heap[(place - 1) / 2]) bucket.sift();
}

// One after all others will most likely come to be as large as the last, and is not moved until it is larger.
[[gnu::noinline]] Deadlines::Bucket& Deadlines::other_bucket(std::int64_t number) {
  const auto last = buckets_.begin();
  Bucket& bucket = buckets_[number];
  if (last != buckets_.end() && last->first < number) {
    const std::size_t before = last->second.heap.size();
    bucket.heap.reserve(before + before / 8);
  }
  return bucket;
}

// The last one, to where it belongs.
[[gnu::noinline]] void Deadlines::Bucket::sift() { std::ranges::push_heap(heap, std::greater<>{}); }

void Deadlines::Bucket::pop() {
  std::ranges::pop_heap(heap, std::greater<>{});
  heap.pop_back();
}

void Deadlines::Bucket::make() {
  std::ranges::sort(heap);
  heap.erase(std::unique(heap.begin(), heap.end()), heap.end());  // clang 14 has no ranges::unique
}

}  // namespace holdfast
