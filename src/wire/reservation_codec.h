// What records and slices both hold: reservations, to Cap'n Proto and back, and the format that they are in.
// Inside this folder only.
#pragma once

#include "core/reservation.h"
#include "proto/journal.capnp.h"
#include "wire/common_codec.h"

namespace holdfast::wire {

// An earlier format has nothing that this one has not.
inline void require_journal_format(std::uint16_t format, const char* detail) {
  require(format >= 1 && format <= proto::JOURNAL_FORMAT, DecodeFault::unknown_format, detail);
}

void write_short_line(const ShortLine& line, proto::ShortLine::Builder to);

void write_line(const ReservedLine& line, proto::ReservedLine::Builder to);
[[nodiscard]] ReservedLine read_line(proto::ReservedLine::Reader from);

void write_reservation(const Reservation& reservation, proto::Reservation::Builder to);
[[nodiscard]] Reservation read_reservation(proto::Reservation::Reader from);

}  // namespace holdfast::wire
