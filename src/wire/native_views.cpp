#include "wire/native_views.h"

#include "wire/reservation_codec.h"

namespace holdfast::wire {

namespace {

template <class Proto>
constexpr bool is_code(Proto proto, RefusalCode code) {
  return static_cast<int>(proto) == static_cast<int>(code);
}
static_assert(is_code(proto::RefusalCode::RESERVATION_UNKNOWN, RefusalCode::reservation_unknown));
static_assert(is_code(proto::RefusalCode::IDEMPOTENCY_MISMATCH, RefusalCode::idempotency_mismatch));
static_assert(is_code(proto::RefusalCode::SOLD_OUT, RefusalCode::sold_out));
static_assert(is_code(proto::RefusalCode::INSUFFICIENT_HERE, RefusalCode::insufficient_here));
static_assert(is_code(proto::RefusalCode::RESERVATION_PENDING, RefusalCode::reservation_pending));
static_assert(is_code(proto::RefusalCode::OVERLOADED, RefusalCode::overloaded));
static_assert(is_code(proto::RefusalCode::OUTCOME_UNKNOWN, RefusalCode::outcome_unknown));

void set_text(const std::string& text, auto set) {
  if (!text.empty()) set(text_in(text));
}

void write_line_view(const answer::LineView& line, proto::LineView::Builder to) {
  to.setSku(text_in(line.sku));
  to.setQuantity(line.quantity.count());
  to.setReturned(line.returned.count());
}

void write_field_error(const FieldError& error, proto::FieldError::Builder to) {
  to.setPointer(text_in(error.pointer));
  to.setDetail(text_in(error.detail));
}

}  // namespace

void write_reservation_view(const answer::ReservationView& view, proto::ReservationView::Builder to) {
  to.setId(text_in(view.id));
  set_text(view.customer, [&](auto text) { to.setCustomer(text); });
  set_text(view.order, [&](auto text) { to.setOrder(text); });
  to.setCreatedAt(ms_of(view.created_at));
  write_all(view.lines, to.initLines(length(view.lines)), write_line_view);
  set_text(view.replaced, [&](auto text) { to.setReplaced(text); });
  if (!view.shortage.empty())
    write_all(view.shortage, to.initShortage(length(view.shortage)), write_short_line);
}

void write_sku_view(const answer::SkuView& view, proto::SkuView::Builder to) {
  to.setSku(text_in(view.sku));
  to.setKnown(view.known);
  to.setAvailableHere(view.available_here.count());
  to.setReservedHere(view.reserved_here.count());
  to.setPurchasedHere(view.purchased_here.count());
  to.setReturnedHere(view.returned_here.count());
  to.setElsewhereEstimate(view.elsewhere_estimate.count());
  if (view.elsewhere_as_of) to.setElsewhereAsOf(ms_of(*view.elsewhere_as_of));
  to.setSoldOutEverywhere(view.sold_out_everywhere);
}

void write_refusal(const Refusal& refusal, proto::Result::Refused::Builder to) {
  to.setCode(enum_in<proto::RefusalCode>(refusal.code));
  if (refusal.retry_after) to.setRetryAfterMs(refusal.retry_after->count());
  set_text(refusal.detail, [&](auto text) { to.setDetail(text); });
  if (refusal.errors.empty() && refusal.shortage.empty() && !refusal.reservation) return;
  auto more = to.initMore();
  if (!refusal.errors.empty())
    write_all(refusal.errors, more.initErrors(length(refusal.errors)), write_field_error);
  if (!refusal.shortage.empty())
    write_all(refusal.shortage, more.initShortage(length(refusal.shortage)), write_short_line);
  if (!refusal.reservation) return;
  more.setState(enum_in<proto::ReservationState>(refusal.reservation->state));
  write_reservation_view(*refusal.reservation, more.initReservation());
}

}  // namespace holdfast::wire
