#include "core/memories.h"

#include <algorithm>
#include <string>

#include "base/assert.h"
#include "core/limits.h"

namespace holdfast {

Digest name_of_reservation(std::string_view id, std::uint64_t hash_seed) { return digest(id, hash_seed); }
Digest name_of_key(std::string_view key, std::uint64_t hash_seed) { return digest(key, ~hash_seed); }

Millis Memories::kept(NodeTime now) const {
  if (size_ < limits::ids_kept_max) return limits::ids_kept;
  return std::min(limits::ids_kept, now - slices_.begin()->second.entries.front().at);
}

std::optional<Position> Memories::oldest() const {
  if (slices_.empty()) return std::nullopt;
  return slices_.begin()->second.entries.front().position;
}

ReservationSeq Memories::made_from() const {
  ReservationSeq first = no_reservation;
  for (const auto& [number, slice] : slices_) first = std::min(first, slice.made_from);
  return first;
}

void Memories::put(const Remembered& memory, Position position, NodeTime at, ReservationSeq made_from) {
  put({memory.number, memory.name, position, at}, made_from);
}

void Memories::restore(const MemorySlice& slice) {
  for (const MemorySlice::Entry& entry : slice.memories) put(entry, slice.made_from);
}

void Memories::put(const MemorySlice::Entry& entry, ReservationSeq made_from) {
  next_number_ = std::max(next_number_, entry.number + 1);
  Slice& slice = slices_[slice_of_memory(entry.number).number];
  slice.made_from = std::min(slice.made_from, made_from);
  // Also in recovery: what is replayed over a slice was remembered after all that stands in it.
  HF_ASSERT(slice.entries.empty() || slice.entries.back().number < entry.number);
  slice.entries.push_back(entry);
  ++size_;
  Known& known = known_.at(entry.name);
  if (known == Known{} || known.number < entry.number) known = {entry.number, entry.position};
}

MemorySlice Memories::slice(std::uint64_t number) const {
  const auto found = slices_.find(number);
  if (found == slices_.end()) return {};
  const Slice& slice = found->second;
  return {{slice.entries.begin(), slice.entries.end()}, slice.made_from};
}

std::vector<std::uint64_t> Memories::forget(NodeTime now) {
  std::vector<std::uint64_t> changed;
  while (!slices_.empty()) {
    const auto& [number, slice] = *slices_.begin();
    const bool too_old = slice.entries.front().at + limits::ids_kept < now;
    if (!too_old && size_ <= limits::ids_kept_max) break;
    if (changed.empty() || changed.back() != number) changed.push_back(number);
    forget_oldest();
  }
  return changed;
}

void Memories::forget_oldest() {
  std::deque<MemorySlice::Entry>& entries = slices_.begin()->second.entries;
  const MemorySlice::Entry& oldest = entries.front();
  if (const Known* known = known_.find(oldest.name); known != nullptr && known->number == oldest.number)
    known_.drop(oldest.name);
  --size_;
  entries.pop_front();
  if (entries.empty()) slices_.erase(slices_.begin());
}

}  // namespace holdfast
