// PendingSlice: the pending reservations of one slice (slices.h), packed, since there may be millions.
//
// Each stands as a head, its id, and only where it has more than one plain line, the rest. Bytes of those
// that are gone are taken back when there are more of them than of others.
//
// A value: a copy of it is one of what it holds. Owner: Reservations, and whoever copied it. Threads: none.
#pragma once

#include <boost/container/vector.hpp>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "core/reservation.h"

namespace holdfast {

class PendingSlice {
 public:
  explicit PendingSlice(std::uint64_t number) : number_(number) {}
  // One that will most likely come to be as large as another.
  PendingSlice(std::uint64_t number, const PendingSlice& like);

  [[nodiscard]] bool empty() const { return places_.empty(); }
  [[nodiscard]] std::size_t bytes() const { return bytes_.size(); }  // that it takes, packed
  [[nodiscard]] std::optional<Reservation> find(ReservationSeq seq) const;
  [[nodiscard]] std::optional<Reservation> first_after(ReservationSeq seq) const;
  [[nodiscard]] Reservation oldest() const { return unpack(places_.front()); }  // it is not empty
  // Of one that is here, without unpacking it.
  [[nodiscard]] std::string_view id(ReservationSeq seq) const;
  [[nodiscard]] std::optional<NodeTime> expires(ReservationSeq seq) const;  // nothing: it is not here

  // For the walk of invariants: the one at `place`, of size(), without unpacking it; what it holds is added
  // to `held`, by SKU.
  struct Glance {
    ReservationSeq seq;
    NodeTime expires;
    std::string_view id;
  };
  [[nodiscard]] std::size_t size() const { return places_.size(); }
  [[nodiscard]] Glance glance(std::size_t place) const;
  Glance glance(std::size_t place, std::span<Units> held) const;

  void add(const Reservation& pending);  // there is none of its number yet
  // It is gone from here: when it would have expired; nothing: it was not here.
  std::optional<NodeTime> drop(ReservationSeq seq);
  void shrink();                                       // no more are to come, most likely
  [[nodiscard]] std::vector<Reservation> all() const;  // oldest first

 private:
  struct Place {
    std::uint32_t within;  // the slice
    std::uint32_t at;      // in bytes_
  };
  using Places = std::vector<Place>;                   // ascending by number
  using Packed = boost::container::vector<std::byte>;  // it need not be cleared before it is written

  [[nodiscard]] std::uint32_t within(ReservationSeq seq) const;
  [[nodiscard]] ReservationSeq seq_of(const Place& place) const;
  [[nodiscard]] Places::const_iterator find_place(ReservationSeq seq) const;
  [[nodiscard]] Reservation unpack(const Place& place) const;
  void unpack(const Place& place, Reservation& to) const;
  void sift_last();
  void pack_closely();

  std::uint64_t number_;
  Places places_;
  Packed bytes_;
  std::size_t packed_ = 0;  // reservations in bytes_, those that are gone as well
};

}  // namespace holdfast
