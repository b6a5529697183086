#include "core/reservations.h"

#include <algorithm>

namespace holdfast {

const Reservation* Reservations::find(std::string_view id) const {
  const auto found = by_id_.find(digest(id, hash_seed_));
  if (found == by_id_.end()) return nullptr;
  const Reservation& reservation = by_age_.at(found->second);
  return reservation.id == id ? &reservation : nullptr;
}

const Reservation* Reservations::first_to_expire() const {
  return by_deadline_.empty() ? nullptr : &by_age_.at(by_deadline_.begin()->second);
}

void Reservations::put(const Reservation& after) {
  const bool is_newest = by_age_.empty() || by_age_.rbegin()->first < after.seq;  // as it is when it is made
  if (!is_newest) drop(after.seq);
  if (after.state != ReservationState::pending) return;
  by_age_.emplace_hint(by_age_.end(), after.seq, after);
  // The newest of an id counts: while slices are replayed, an earlier one may come after a later one.
  ReservationSeq& newest = by_id_[digest(after.id, hash_seed_)];
  newest = std::max(newest, after.seq);
  by_deadline_.emplace_hint(by_deadline_.end(), after.expires, after.seq);  // last, if all last equally long
}

void Reservations::restore(const ReservationSlice& slice) {
  for (const Reservation& reservation : slice.pending) put(reservation);
}

ReservationSlice Reservations::slice(std::uint64_t number) const {
  ReservationSlice slice;
  const auto end = by_age_.lower_bound(ReservationSeq((number + 1) * reservations_per_slice));
  for (auto it = by_age_.lower_bound(ReservationSeq(number * reservations_per_slice)); it != end; ++it)
    slice.pending.push_back(it->second);
  return slice;
}

void Reservations::drop(ReservationSeq seq) {
  const auto found = by_age_.find(seq);
  if (found == by_age_.end()) return;
  by_deadline_.erase({found->second.expires, seq});
  // While slices are replayed a later reservation of the same id may stand here already.
  if (const auto id = by_id_.find(digest(found->second.id, hash_seed_));
      id != by_id_.end() && id->second == seq)
    by_id_.erase(id);
  by_age_.erase(found);
}

}  // namespace holdfast
