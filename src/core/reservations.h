// Reservations: the pending ones, by id, by age and by deadline. Ended ones are memories (memories.h).
//
// They are kept packed, and handed out as values. Owner: State. Changed by apply() only. Threads: none.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "core/deadlines.h"
#include "core/memories.h"
#include "core/numbers_by_name.h"
#include "core/pending_slice.h"
#include "core/reservation.h"
#include "core/slices.h"

namespace holdfast {

class Reservations {
 public:
  explicit Reservations(std::uint64_t hash_seed) : hash_seed_(hash_seed) {}

  [[nodiscard]] std::optional<Reservation> find(std::string_view id) const;
  // The same, of an id whose name (memories.h) is known already.
  [[nodiscard]] std::optional<Reservation> find(std::string_view id, const Digest& name) const;
  [[nodiscard]] std::optional<Reservation> find(ReservationSeq seq) const;
  // Whether any is likely to have this name. If not, none has.
  [[nodiscard]] bool may_have(const Digest& name) const { return by_id_.may_have(name); }
  // It will be asked for soon: what tells of it is fetched meanwhile.
  [[gnu::always_inline]] void expect(const Digest& name) const { by_id_.expect(name); }
  [[nodiscard]] std::size_t size() const { return size_; }
  // Whose deadline comes first, of equals the oldest.
  [[nodiscard]] std::optional<Deadline> first_to_expire() const { return deadlines_.first(); }
  // By age: the oldest of those made after `seq`.
  [[nodiscard]] std::optional<Reservation> first_after(ReservationSeq seq) const;

  // Asserts that all are older than `next` and that none is forgotten when its time is up; adds what they
  // hold to `held`, by SKU.
  void check_held(ReservationSeq next, std::span<Units> held) const;
  // Asserts that each is found by its id.
  void check_ids() const;

  // The reservation as it is from now on: kept while it is pending, dropped when it has ended.
  void put(const Reservation& after) { put(after, name_of_reservation(after.id, hash_seed_)); }
  // The same, where the name of its id is known already.
  void put(const Reservation& after, const Digest& name);
  void restore(const ReservationSlice& slice);
  [[nodiscard]] const PendingSlice* slice(std::uint64_t number) const;  // nullptr: none is pending in it

 private:
  using Slices = std::map<std::uint64_t, PendingSlice, std::greater<>>;  // the newest first

  [[nodiscard]] std::optional<ReservationSeq> number_of(std::string_view id, const Digest& name) const;
  [[nodiscard]] bool has_id(ReservationSeq seq, std::string_view id) const;
  [[nodiscard]] const PendingSlice* slice_with(ReservationSeq seq) const;
  [[nodiscard]] PendingSlice& slice_for(ReservationSeq seq);
  [[nodiscard]] PendingSlice& add_slice(std::uint64_t number);
  template <class IdAt>
  [[nodiscard]] std::vector<Digest> expected_names(std::size_t count, const IdAt& id_at) const;
  void drop(ReservationSeq seq, const Digest& name);

  std::uint64_t hash_seed_;
  std::size_t size_ = 0;
  ReservationSeq newest_;  // of all that were ever pending
  Slices slices_;          // none is empty
  NumbersByName<ReservationSeq> by_id_;
  Deadlines deadlines_;
};

}  // namespace holdfast
