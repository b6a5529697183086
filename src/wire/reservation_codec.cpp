#include "wire/reservation_codec.h"

namespace holdfast::wire {

namespace {

static_assert(static_cast<int>(proto::ReservationState::PENDING) ==
              static_cast<int>(ReservationState::pending));
static_assert(static_cast<int>(proto::ReservationState::PURCHASED) ==
              static_cast<int>(ReservationState::purchased));
static_assert(static_cast<int>(proto::ReservationState::RELEASED) ==
              static_cast<int>(ReservationState::released));
static_assert(static_cast<int>(proto::ReservationState::EXPIRED) ==
              static_cast<int>(ReservationState::expired));

ShortLine read_short_line(proto::ShortLine::Reader from) {
  return {text_out(from.getSku()),       Units(from.getRequested()),         Units(from.getAvailableHere()),
          Units(from.getReservedHere()), Units(from.getElsewhereEstimate()), wall_time(from.getAsOf())};
}

// Nearly every reservation: its line stands in the reservation itself.
[[nodiscard]] bool is_one_plain_line(const Few<ReservedLine>& lines) {
  return lines.size() == 1 && lines[0].quantity != no_units && lines[0].returned == no_units;
}

void write_rest(const Reservation& reservation, bool with_lines, proto::ReservationRest::Builder to) {
  if (with_lines) write_all(reservation.lines, to.initLines(length(reservation.lines)), write_line);
  if (!reservation.replaced.empty()) to.setReplaced(text_in(reservation.replaced));
  if (!reservation.shortage.empty())
    write_all(reservation.shortage, to.initShortage(length(reservation.shortage)), write_short_line);
}

}  // namespace

void write_short_line(const ShortLine& line, proto::ShortLine::Builder to) {
  to.setSku(text_in(line.sku));
  to.setRequested(line.requested.count());
  to.setAvailableHere(line.available_here.count());
  to.setReservedHere(line.reserved_here.count());
  to.setElsewhereEstimate(line.elsewhere_estimate.count());
  to.setAsOf(ms_of(line.as_of));
}

void write_line(const ReservedLine& line, proto::ReservedLine::Builder to) {
  to.setSku(line.sku.value());
  to.setQuantity(line.quantity.count());
  to.setReturned(line.returned.count());
}

ReservedLine read_line(proto::ReservedLine::Reader from) {
  return {SkuId(from.getSku()), Units(from.getQuantity()), Units(from.getReturned())};
}

void write_reservation(const Reservation& reservation, proto::Reservation::Builder to) {
  if (!reservation.id.empty()) to.setId(text_in(std::string(reservation.id)));
  to.setSeq(reservation.seq.value());
  to.setState(enum_in<proto::ReservationState>(reservation.state));
  to.setAskedToReplace(reservation.asked_to_replace);
  to.setFingerprintHigh(reservation.fingerprint.high);
  to.setFingerprintLow(reservation.fingerprint.low);
  to.setCreatedAt(ms_of(reservation.created_at));
  to.setExpires(ms_of(reservation.expires));
  if (!reservation.customer.empty()) to.setCustomer(text_in(reservation.customer));
  if (!reservation.order.empty()) to.setOrder(text_in(reservation.order));
  const bool plain = is_one_plain_line(reservation.lines);
  if (plain) {
    to.setSku(reservation.lines[0].sku.value());
    to.setQuantity(reservation.lines[0].quantity.count());
  }
  const bool with_lines = !plain && !reservation.lines.empty();
  if (with_lines || !reservation.replaced.empty() || !reservation.shortage.empty())
    write_rest(reservation, with_lines, to.initRest());
}

Reservation read_reservation(proto::Reservation::Reader from) {
  Reservation reservation;
  reservation.id = text_out(from.getId());
  reservation.seq = ReservationSeq(from.getSeq());
  reservation.state = enum_out(from.getState(), ReservationState::expired);
  reservation.asked_to_replace = from.getAskedToReplace();
  reservation.fingerprint = {from.getFingerprintHigh(), from.getFingerprintLow()};
  reservation.created_at = wall_time(from.getCreatedAt());
  reservation.expires = node_time(from.getExpires());
  reservation.customer = text_out(from.getCustomer());
  reservation.order = text_out(from.getOrder());
  if (const auto quantity = from.getQuantity(); quantity != 0)
    reservation.lines.push_back({SkuId(from.getSku()), Units(quantity), no_units});
  if (!from.hasRest()) return reservation;
  const auto rest = from.getRest();
  if (reservation.lines.empty()) reservation.lines = read_as<Few<ReservedLine>>(rest.getLines(), read_line);
  reservation.replaced = text_out(rest.getReplaced());
  reservation.shortage = read_all(rest.getShortage(), read_short_line);
  return reservation;
}

}  // namespace holdfast::wire
