#include "core/reservations.h"

#include <algorithm>

namespace holdfast {

std::optional<ReservationSeq> Reservations::number_of(std::string_view id, const Digest& name) const {
  return by_id_.find(name, [&](ReservationSeq seq) { return has_id(seq, id); });
}

// Of one that is pending.
bool Reservations::has_id(ReservationSeq seq, std::string_view id) const {
  const PendingSlice* slice = slice_with(seq);
  HF_ASSERT(slice != nullptr);
  return slice->id(seq) == id;
}

std::optional<Reservation> Reservations::find(std::string_view id) const {
  return find(id, name_of_reservation(id, hash_seed_));
}

std::optional<Reservation> Reservations::find(std::string_view id, const Digest& name) const {
  const PendingSlice* slice = nullptr;
  const auto is_it = [&](ReservationSeq seq) {
    slice = slice_with(seq);
    HF_ASSERT(slice != nullptr);
    return slice->id(seq) == id;
  };
  const auto seq = by_id_.find(name, is_it);
  return seq ? slice->find(*seq) : std::nullopt;
}

std::optional<Reservation> Reservations::find(ReservationSeq seq) const {
  const PendingSlice* slice = slice_with(seq);
  return slice == nullptr ? std::nullopt : slice->find(seq);
}

std::optional<Reservation> Reservations::first_after(ReservationSeq seq) const {
  const std::uint64_t number = slice_of(seq).number;
  for (auto slice = slices_.upper_bound(number); slice != slices_.begin();) {
    --slice;
    if (slice->first != number) return slice->second.oldest();
    if (auto found = slice->second.first_after(seq)) return found;
  }
  return std::nullopt;
}

void Reservations::check_held(ReservationSeq next, std::span<Units> held) const {
  std::size_t found = 0;
  for (const auto& [number, slice] : slices_) {
    HF_ASSERT(!slice.empty());
    for (std::size_t place = 0; place < slice.size(); ++place, ++found) {
      const PendingSlice::Glance one = slice.glance(place, held);
      HF_ASSERT(one.seq < next);
      HF_ASSERT(*first_to_expire() <= (Deadline{one.expires, one.seq}));
    }
  }
  HF_ASSERT(found == size_ && found == by_id_.size());
}

void Reservations::check_ids() const {
  for (const auto& [number, slice] : slices_) {
    const std::vector<Digest> names =
        expected_names(slice.size(), [&](std::size_t place) { return slice.glance(place).id; });
    for (std::size_t place = 0; place < slice.size(); ++place) {
      const PendingSlice::Glance one = slice.glance(place);
      HF_ASSERT(number_of(one.id, names[place]) == one.seq);  // and no other has its id
    }
  }
}

// Of so many ids: all that tells of them is on its way from memory before the first is looked for.
template <class IdAt>
std::vector<Digest> Reservations::expected_names(std::size_t count, const IdAt& id_at) const {
  std::vector<Digest> names;
  names.reserve(count);
  for (std::size_t place = 0; place < count; ++place)
    by_id_.expect(names.emplace_back(name_of_reservation(id_at(place), hash_seed_)));
  return names;
}

void Reservations::put(const Reservation& after, const Digest& name) {
#ifdef HOLDFAST_INVARIANTS
  HF_ASSERT(name == name_of_reservation(after.id, hash_seed_));
#endif
  if (after.seq <= newest_) drop(after.seq, name);
  if (after.state != ReservationState::pending) return;
  slice_for(after.seq).add(after);
  newest_ = std::max(newest_, after.seq);
  ++size_;
  by_id_.put(name, after.seq, [&](ReservationSeq seq) { return has_id(seq, after.id); });
  deadlines_.add({after.expires, after.seq});
}

void Reservations::restore(const ReservationSlice& slice) {
  const std::vector<Digest> names = expected_names(
      slice.pending.size(), [&](std::size_t place) -> std::string_view { return slice.pending[place].id; });
  for (std::size_t place = 0; place < names.size(); ++place) put(slice.pending[place], names[place]);
}

const PendingSlice* Reservations::slice(std::uint64_t number) const {
  const auto found = slices_.find(number);
  return found == slices_.end() ? nullptr : &found->second;
}

const PendingSlice* Reservations::slice_with(ReservationSeq seq) const { return slice(slice_of(seq).number); }

PendingSlice& Reservations::slice_for(ReservationSeq seq) {
  const std::uint64_t number = slice_of(seq).number;
  const auto newest = slices_.begin();
  return newest != slices_.end() && newest->first == number ? newest->second : add_slice(number);
}

// Or an older one, if there is one.
PendingSlice& Reservations::add_slice(std::uint64_t number) {
  const auto newest = slices_.begin();
  if (newest == slices_.end() || number < newest->first)
    return slices_.try_emplace(number, number).first->second;
  newest->second.shrink();
  return slices_.try_emplace(newest, number, number, newest->second)->second;
}

void Reservations::drop(ReservationSeq seq, const Digest& name) {
  const auto slice = slices_.find(slice_of(seq).number);
  if (slice == slices_.end()) return;
  const auto expires = slice->second.drop(seq);
  if (!expires) return;
  by_id_.drop(name, seq);
  if (slice->second.empty()) slices_.erase(slice);
  --size_;
  deadlines_.drop({*expires, seq}, [this](const Deadline& deadline) {
    const PendingSlice* held = slice_with(deadline.seq);
    return held != nullptr && held->expires(deadline.seq) == deadline.at;
  });
}

}  // namespace holdfast
