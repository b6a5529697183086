// Reservations to Cap'n Proto and back: records and slices both hold them. Inside this folder only.
#pragma once

#include "core/reservation.h"
#include "proto/journal.capnp.h"
#include "wire/common_codec.h"

namespace holdfast::wire {

void write_short_line(const ShortLine& line, proto::ShortLine::Builder to);

void write_line(const ReservedLine& line, proto::ReservedLine::Builder to);
[[nodiscard]] ReservedLine read_line(proto::ReservedLine::Reader from);

void write_reservation(const Reservation& reservation, proto::Reservation::Builder to);
[[nodiscard]] Reservation read_reservation(proto::Reservation::Reader from);

}  // namespace holdfast::wire
