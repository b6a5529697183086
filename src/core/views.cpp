#include "core/views.h"

#include <algorithm>

namespace holdfast {

answer::ReservationView view(const Reservation& reservation, const Stock& names, Now now) {
  answer::ReservationView view;
  view.id = reservation.id;
  view.state = reservation.state;
  view.customer = reservation.customer;
  view.order = reservation.order;
  view.created_at = reservation.created_at;
  if (reservation.state == ReservationState::pending) {
    view.expires_at = now.shown(reservation.expires);
    view.expires_in = std::max(Millis(0), reservation.expires - now.node);
  }
  for (const ReservedLine& line : reservation.lines)
    view.lines.push_back({names.name(line.sku), line.quantity, line.returned});
  view.asked_to_replace = reservation.asked_to_replace;
  view.replaced = reservation.replaced;
  view.shortage.assign(reservation.shortage.begin(), reservation.shortage.end());
  return view;
}

namespace {

Answer told_briefly(const Reservation& reservation, const StepContext& step, Deed deed) {
  Answer answer(std::in_place, std::in_place_type<answer::BriefReservation>);
  auto& brief = std::get<answer::BriefReservation>(*answer);
  brief.state = reservation.state;
  brief.created = deed == Deed::created;
  brief.replayed = deed == Deed::replayed;
  if (reservation.state == ReservationState::pending) {
    brief.expires_at = step.now.shown(reservation.expires);
    brief.expires_in = std::max(Millis(0), reservation.expires - step.now.node);
  }
  return answer;
}

}  // namespace

Answer told(const Reservation& reservation, const StepContext& step, Telling telling, Deed deed) {
  if (telling == Telling::briefly) return told_briefly(reservation, step, deed);
  return answer::ReservationAnswer{view(reservation, step), deed == Deed::created, deed == Deed::replayed};
}

answer::SkuView sku_view(SkuId sku, const Reach& reach, const StepContext& step) {
  const Stock& stock = step.stock();
  const Supply supply = supply_of(sku, step.state(), reach);
  answer::SkuView view;
  view.sku = stock.name(sku);
  view.available_here = supply.here;
  view.reserved_here = stock.reserved(sku);
  view.purchased_here = stock.row(self, sku).purchased;
  view.returned_here = stock.returned(sku);
  view.elsewhere_estimate = supply.up + supply.cut;
  if (const auto heard = step.memory.regions.oldest_heard(step.state()))
    view.elsewhere_as_of = step.now.shown(*heard);
  view.sold_out_everywhere = sold_out_everywhere(supply);
  return view;
}

ShortLine short_line(SkuId sku, Units requested, Units available_here, const Supply& supply,
                     const StepContext& step) {
  const auto heard = step.memory.regions.oldest_heard(step.state());
  return {step.stock().name(sku), requested,
          available_here,         step.stock().reserved(sku),
          supply.up + supply.cut, heard ? step.now.shown(*heard) : step.now.wall};
}

}  // namespace holdfast
