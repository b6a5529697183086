#include "node/checkpointer.h"

#include "base/assert.h"

namespace holdfast::node {
namespace {

constexpr std::uint64_t pace = 2;  // all is written once this part, a half, of the interval is journalled

}  // namespace

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

bool Checkpointer::is_late() const {
  return (slices_ - left_.size()) * interval() < slices_ * pace * journalled_;
}

void Checkpointer::add_to(JournalAppend& append, State& state) {
  HF_ASSERT(writing());
  const std::size_t unhurried = append.batches.empty() ? policy_.slice_bytes_per_append : 0;
  std::size_t bytes = 0;
  const auto takes_more = [&] {
    return bytes < unhurried || (bytes < policy_.slice_bytes_per_append_max && is_late());
  };
  for (; !left_.empty() && takes_more(); left_.pop_front()) {
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
