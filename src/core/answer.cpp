#include "core/answer.h"

#include <algorithm>

namespace holdfast {

namespace {

bool is_created(const Success& success) {
  if (const auto* brief = std::get_if<answer::BriefReservation>(&success)) return brief->created;
  const auto* reservation = std::get_if<answer::ReservationAnswer>(&success);
  return reservation != nullptr && reservation->created;
}

std::size_t lines_of(const answer::ReservationView& reservation) {
  return reservation.lines.size() + reservation.shortage.size();
}

}  // namespace

std::size_t weight(const Answer& answer) {
  std::size_t lines = 0;
  if (!answer)
    lines = answer.error().shortage.size() + answer.error().errors.size() +
            (answer.error().reservation ? lines_of(*answer.error().reservation) : 0);
  else if (const auto* one = std::get_if<answer::ReservationAnswer>(&*answer))
    lines = lines_of(one->reservation);
  else if (const auto* list = std::get_if<answer::ReservationList>(&*answer))
    for (const answer::ReservationView& reservation : list->reservations) lines += lines_of(reservation);
  else if (const auto* skus = std::get_if<answer::SkuList>(&*answer))
    lines = skus->skus.size();
  else if (const auto* rights = std::get_if<answer::Rights>(&*answer))
    for (const answer::SkuRights& sku : rights->skus) lines += sku.regions.size();
  else if (const auto* imported = std::get_if<answer::Imported>(&*answer))
    lines = imported->results.size();
  else if (const auto* audit = std::get_if<answer::AuditReport>(&*answer))
    lines = audit->mismatches.size() + audit->events.size();
  return std::max<std::size_t>(1, lines);
}

void Attempts::add(const Answer& answer) { ++(!answer ? refused : is_created(*answer) ? created : replayed); }

const char* name(RefusalCode code) {
  switch (code) {
    case RefusalCode::reservation_unknown: return "reservation_unknown";
    case RefusalCode::sku_unknown: return "sku_unknown";
    case RefusalCode::validation_failed: return "validation_failed";
    case RefusalCode::idempotency_mismatch: return "idempotency_mismatch";
    case RefusalCode::sold_out: return "sold_out";
    case RefusalCode::not_enough: return "not_enough";
    case RefusalCode::rights_unreachable: return "rights_unreachable";
    case RefusalCode::all_reserved: return "all_reserved";
    case RefusalCode::insufficient_here: return "insufficient_here";
    case RefusalCode::wrong_region: return "wrong_region";
    case RefusalCode::already_purchased: return "already_purchased";
    case RefusalCode::already_released: return "already_released";
    case RefusalCode::reservation_expired: return "reservation_expired";
    case RefusalCode::reservation_pending: return "reservation_pending";
    case RefusalCode::overloaded: return "overloaded";
    case RefusalCode::starting: return "starting";
    case RefusalCode::draining: return "draining";
    case RefusalCode::disk_full: return "disk_full";
    case RefusalCode::fenced: return "fenced";
    case RefusalCode::outcome_unknown: return "outcome_unknown";
  }
  HF_ASSERT(false);
}

}  // namespace holdfast
