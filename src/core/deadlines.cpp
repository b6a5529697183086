#include "core/deadlines.h"

#include <algorithm>
#include <functional>

namespace holdfast {

const Deadline* Deadlines::first() const {
  return buckets_.empty() ? nullptr : &buckets_.begin()->second.heap.front();
}

void Deadlines::add(Deadline deadline) {
  const std::int64_t number = bucket_of(deadline.at);
  const bool is_last = !buckets_.empty() && buckets_.rbegin()->first == number;  // if all last equally long
  Bucket& bucket = is_last ? buckets_.rbegin()->second : buckets_[number];
  bucket.heap.push_back(deadline);
  std::ranges::push_heap(bucket.heap, std::greater<>{});
  ++bucket.pending;
}

void Deadlines::Bucket::pop() {
  std::ranges::pop_heap(heap, std::greater<>{});
  heap.pop_back();
}

void Deadlines::Bucket::make() {
  std::ranges::sort(heap);
  heap.erase(std::unique(heap.begin(), heap.end()), heap.end());  // clang 14 has no ranges::unique
}

}  // namespace holdfast
