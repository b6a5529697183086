#include "node/checkpointer.h"

#include "base/assert.h"

namespace holdfast::node {

void Checkpointer::begin(State& state) {
  HF_ASSERT(!writing());
  began_ = state.position();
  journalled_ = 0;
  const std::vector<SliceId> dirty = state.slices().dirty();
  left_.assign(dirty.begin(), dirty.end());
}

void Checkpointer::add_to(JournalAppend& append, State& state, const Codec& codec) {
  HF_ASSERT(writing());
  for (std::size_t bytes = 0; !left_.empty() && bytes < policy_.slice_bytes_per_append; left_.pop_front()) {
    EncodedSlice& slice = append.slices.emplace_back();
    slice.id = left_.front();
    slice.includes = state.position();
    if (const auto value = state.slice(slice.id)) {
      codec.encode_slice(*value, slice.bytes);
      state.slices().written(slice.id, slice.includes);
    } else {
      state.slices().removed(slice.id);
    }
    bytes += slice.bytes.size();
  }
  if (!left_.empty()) return;
  complete_ = *std::exchange(began_, std::nullopt);
  append.checkpoint_began = complete_;
}

}  // namespace holdfast::node
