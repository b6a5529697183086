#include "core/memories.h"

#include <algorithm>
#include <string>

#include "core/limits.h"

namespace holdfast {

Digest name_of_reservation(std::string_view id, std::uint64_t hash_seed) { return digest(id, hash_seed); }
Digest name_of_key(std::string_view key, std::uint64_t hash_seed) { return digest(key, ~hash_seed); }

std::optional<Position> Memories::find(const Digest& name) const {
  const auto found = known_.find(name);
  return found == known_.end() ? std::nullopt : std::optional(found->second.position);
}

Millis Memories::kept(NodeTime now) const {
  const bool forgot_early = size_ + memories_per_slice > limits::ids_kept_max;
  if (!forgot_early || slices_.empty()) return limits::ids_kept;
  return std::min(limits::ids_kept, now - slices_.begin()->second.front().at);
}

void Memories::put(const Remembered& memory, Position position, NodeTime at) {
  put({memory.number, memory.name, position, at});
}

void Memories::restore(const MemorySlice& slice) {
  for (const MemorySlice::Entry& entry : slice.memories) put(entry);
}

void Memories::put(const MemorySlice::Entry& entry) {
  next_number_ = std::max(next_number_, entry.number + 1);
  Entries& entries = slices_[slice_of_memory(entry.number).number];
  const auto place = std::ranges::lower_bound(entries, entry.number, {}, &MemorySlice::Entry::number);
  HF_ASSERT(place == entries.end() || place->number != entry.number);
  entries.insert(place, entry);
  ++size_;
  const auto [known, is_new] = known_.try_emplace(entry.name, Known{entry.number, entry.position});
  if (!is_new && known->second.number < entry.number) known->second = {entry.number, entry.position};
}

MemorySlice Memories::slice(std::uint64_t number) const {
  const auto found = slices_.find(number);
  return found == slices_.end() ? MemorySlice{} : MemorySlice{found->second};
}

std::vector<std::uint64_t> Memories::forget(NodeTime now) {
  std::vector<std::uint64_t> forgotten;
  while (slices_.size() > 1) {
    const auto& [number, entries] = *slices_.begin();
    const bool too_old = entries.back().at + limits::ids_kept < now;
    const bool too_many = size_ - entries.size() >= limits::ids_kept_max;
    if (!too_old && !too_many) break;
    for (const MemorySlice::Entry& entry : entries)
      if (const auto known = known_.find(entry.name);
          known != known_.end() && known->second.number == entry.number)
        known_.erase(known);
    size_ -= entries.size();
    forgotten.push_back(number);
    slices_.erase(slices_.begin());
  }
  return forgotten;
}

}  // namespace holdfast
