#include "node/checkpointer.h"

#include "base/assert.h"

namespace holdfast::node {

void Checkpointer::begin(State& state) {
  HF_ASSERT(!writing());
  began_ = state.position();
  began_at_ = state.time();
  journalled_ = 0;
  const std::vector<SliceId> dirty = state.slices().dirty();
  left_.assign(dirty.begin(), dirty.end());
  slices_ = left_.size();
  bytes_ = 0;
}

// So that as large a part of the slices is written as of the interval is journalled.
bool Checkpointer::takes_more(std::size_t bytes) const {
  if (left_.empty() || bytes >= policy_.slice_bytes_per_append_max) return false;
  const bool is_late = (slices_ - left_.size()) * interval() < slices_ * journalled_;
  return bytes < policy_.slice_bytes_per_append || is_late;
}

void Checkpointer::add_to(JournalAppend& append, State& state) {
  HF_ASSERT(writing());
  std::size_t bytes = 0;
  for (; takes_more(bytes); left_.pop_front()) {
    const AppendedSlice& slice =
        append.slices.emplace_back(left_.front(), state.position(), state.copy(left_.front()));
    if (slice.copy) {
      bytes += bytes_guess(*slice.copy);
      state.slices().written(slice.id, slice.includes);
    } else {
      state.slices().removed(slice.id);
    }
  }
  bytes_ += bytes;
  if (!left_.empty()) return;
  last_bytes_ = bytes_;
  complete_ = *std::exchange(began_, std::nullopt);
  append.checkpoint_began = complete_;
}

}  // namespace holdfast::node
