#include "core/deadlines.h"

#include <algorithm>
#include <functional>

namespace holdfast {

std::optional<Deadline> Deadlines::first() const {
  if (buckets_.empty()) return std::nullopt;
  const auto& [number, bucket] = *buckets_.rbegin();
  return unpacked(number, bucket.first());
}

// Most often it goes to the last bucket.
void Deadlines::add(Deadline deadline) {
  HF_ASSERT(deadline.at >= NodeTime() && deadline.seq.value() >> seq_bits == 0);
  const std::int64_t number = bucket_of(deadline.at);
  const auto last = buckets_.begin();
  (last != buckets_.end() && last->first == number ? last->second : other_bucket(number))
      .add(packed(deadline));
}

// One after all others will most likely come to be as large as the last, and is not moved until it is larger.
[[gnu::noinline]] Deadlines::Bucket& Deadlines::other_bucket(std::int64_t number) {
  const auto last = buckets_.begin();
  Bucket& bucket = buckets_[number];
  if (last != buckets_.end() && last->first < number) {
    const std::size_t before = last->second.all.size();
    bucket.all.reserve(before + before / 8);
  }
  return bucket;
}

// Most often it is later than all there, and stays where it is.
inline void Deadlines::Bucket::add(Packed deadline) {
  const bool is_last = in_order && (size() == 0 || deadline >= all.back());
  all.push_back(deadline);
  ++pending;
  if (!is_last) sift();
}

// The last one, to where it belongs. What is in order is a heap.
[[gnu::noinline]] void Deadlines::Bucket::sift() {
  drop_passed();
  in_order = false;
  std::ranges::push_heap(all, std::greater<>{});
}

void Deadlines::Bucket::pop() {
  if (in_order) {
    if (++passed > 64 && passed > size()) drop_passed();
    return;
  }
  std::ranges::pop_heap(all, std::greater<>{});
  all.pop_back();
}

void Deadlines::Bucket::drop_passed() {
  all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(passed));
  passed = 0;
}

void Deadlines::Bucket::sort() {
  std::ranges::sort(all);
  all.erase(std::unique(all.begin(), all.end()), all.end());  // clang 14 has no ranges::unique
  in_order = true;
}

}  // namespace holdfast
