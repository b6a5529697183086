#include "core/id_table.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "base/assert.h"

namespace holdfast {

namespace {

constexpr std::size_t entries_min = 16;

}  // namespace

std::size_t IdTable::place_of(const Digest& id) const {
  std::size_t place = home(id);
  while (!is_free(entries_[place]) && entries_[place].id != id) place = after(place);
  return place;
}

std::optional<ReservationSeq> IdTable::find(const Digest& id) const {
  if (size_ == 0) return std::nullopt;
  const Entry& entry = entries_[place_of(id)];
  return is_free(entry) ? std::nullopt : std::optional(entry.seq);
}

void IdTable::put(const Digest& id, ReservationSeq seq) {
  HF_ASSERT(seq != ReservationSeq{});
  if (entries_.size() * 3 <= size_ * 4) grow();
  Entry& entry = entries_[place_of(id)];
  size_ += is_free(entry);
  entry = {id, std::max(entry.seq, seq)};
}

// Those behind it move up, as far as they want to stand there.
void IdTable::drop(const Digest& id, ReservationSeq seq) {
  if (size_ == 0) return;
  std::size_t gap = place_of(id);
  if (is_free(entries_[gap]) || entries_[gap].seq != seq) return;
  const std::size_t mask = entries_.size() - 1;
  for (std::size_t next = after(gap); !is_free(entries_[next]); next = after(next)) {
    const std::size_t from_home = (next - home(entries_[next].id)) & mask;
    if (from_home < ((next - gap) & mask)) continue;
    entries_[gap] = entries_[next];
    gap = next;
  }
  entries_[gap].seq = {};
  --size_;
}

void IdTable::grow() {
  const auto smaller = std::exchange(
      entries_, std::vector<Entry, LargePages<Entry>>(std::max(entries_min, entries_.size() * 2)));
  shift_ = 64 - static_cast<unsigned>(std::bit_width(entries_.size() - 1));
  for (const Entry& entry : smaller)
    if (!is_free(entry)) entries_[place_of(entry.id)] = entry;
}

}  // namespace holdfast
