// Reservations: the pending ones, by id, by age and by deadline. Ended ones are memories (memories.h).
//
// Owner: State. Changed by apply() only. Threads: none.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "base/digest.h"
#include "core/reservation.h"
#include "core/slices.h"

namespace holdfast {

class Reservations {
 public:
  explicit Reservations(std::uint64_t hash_seed) : hash_seed_(hash_seed) {}

  [[nodiscard]] const Reservation* find(std::string_view id) const;
  [[nodiscard]] std::size_t size() const { return by_age_.size(); }
  // The one whose deadline comes first, of equals the oldest; nullptr: none is pending.
  [[nodiscard]] const Reservation* first_to_expire() const;
  // Oldest first, from the first one after `after`.
  [[nodiscard]] const std::map<ReservationSeq, Reservation>& by_age() const { return by_age_; }

  // The reservation as it is from now on: kept while it is pending, dropped when it has ended.
  void put(const Reservation& after);
  void restore(const ReservationSlice& slice);
  [[nodiscard]] ReservationSlice slice(std::uint64_t number) const;

 private:
  void drop(ReservationSeq seq);

  std::uint64_t hash_seed_;
  std::map<ReservationSeq, Reservation> by_age_;
  boost::unordered_flat_map<Digest, ReservationSeq, DigestHash> by_id_;  // never iterated
  std::set<std::pair<NodeTime, ReservationSeq>> by_deadline_;
};

}  // namespace holdfast
