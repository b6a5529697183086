#include "core/refuse.h"

#include <utility>

#include "base/assert.h"
#include "core/views.h"

namespace holdfast {

namespace {

constexpr Millis retry_insufficient{200};
constexpr Millis retry_baskets{1000};
constexpr Millis retry_unreachable{1000};

std::pair<RefusalCode, const char*> conflict(ReservationState state) {
  switch (state) {
    case ReservationState::purchased:
      return {RefusalCode::already_purchased, "it has been purchased, which is final"};
    case ReservationState::released:
      return {RefusalCode::already_released, "it has been released, which is final"};
    case ReservationState::expired:
      return {RefusalCode::reservation_expired, "it has expired, and its units went back"};
    case ReservationState::pending:
      return {RefusalCode::reservation_pending, "it has not been purchased yet"};
  }
  std::unreachable();
}

std::optional<Millis> retry_after(RefusalCode code) {
  switch (code) {
    case RefusalCode::insufficient_here: return retry_insufficient;
    case RefusalCode::all_reserved: return retry_baskets;
    case RefusalCode::rights_unreachable: return retry_unreachable;
    default: return std::nullopt;
  }
}

std::string describe(const ShortLine& line) {
  return line.sku + ": " + std::to_string(line.requested.count()) + " wanted, " +
         std::to_string(line.available_here.count()) + " available here, " +
         std::to_string(line.elsewhere_estimate.count()) + " elsewhere as last heard";
}

}  // namespace

Refusal reservation_unknown(std::string_view id) {
  Refusal refusal;
  refusal.code = RefusalCode::reservation_unknown;
  refusal.detail = "no reservation " + std::string(id) +
                   " is known here; a reservation is read and changed in the region that made it";
  return refusal;
}

Refusal sku_unknown(std::string_view sku, const StepContext& step) {
  Refusal refusal;
  if (step.memory.regions.all_stock_heard(step.state())) {
    refusal.code = RefusalCode::sku_unknown;
    refusal.detail =
        "no stock of " + std::string(sku) + " was ever heard of; check the SKU, or bring stock in";
  } else {
    refusal.code = RefusalCode::rights_unreachable;
    refusal.detail =
        "no stock of " + std::string(sku) + " is known here, and a region was never heard; try again";
    refusal.retry_after = retry_unreachable;
  }
  return refusal;
}

Refusal idempotency_mismatch(std::string_view what) {
  Refusal refusal;
  refusal.code = RefusalCode::idempotency_mismatch;
  refusal.detail = std::string(what) + " was used before, for another request; use a new one";
  return refusal;
}

Refusal state_conflict(const Reservation& reservation, const StepContext& step) {
  const auto& [code, why] = conflict(reservation.state);
  Refusal refusal;
  refusal.code = code;
  refusal.detail = "reservation " + reservation.id + ": " + why;
  refusal.reservation = view(reservation, step);
  return refusal;
}

Refusal invalid(std::string pointer, std::string detail) {
  Refusal refusal;
  refusal.code = RefusalCode::validation_failed;
  refusal.detail = detail;
  refusal.errors.push_back({std::move(pointer), std::move(detail)});
  return refusal;
}

Refusal wrong_region(std::string_view meant, std::string_view here) {
  Refusal refusal;
  refusal.code = RefusalCode::wrong_region;
  refusal.detail =
      "this is meant for region " + std::string(meant) + ", and this is region " + std::string(here);
  return refusal;
}

Refusal unavailable(RefusalCode code, std::string detail) {
  Refusal refusal;
  refusal.code = code;
  refusal.detail = std::move(detail);
  refusal.retry_after = retry_unreachable;
  return refusal;
}

Refusal short_of(const StepContext& step, const std::vector<ShortSku>& shorts) {
  Refusal refusal;
  refusal.code = RefusalCode::insufficient_here;
  const Reach reach = step.memory.regions.reach(step.state(), step.now.node);
  for (const ShortSku& sku : shorts) {
    Supply supply = supply_of(sku.sku, step.state(), reach);
    supply.reserved -= sku.available - supply.here;  // what the asker's own basket holds is nobody else's
    supply.here = sku.available;
    const auto code = shortage(sku.requested, supply);
    HF_ASSERT(code.has_value());
    refusal.code = worse(refusal.code, *code);
    refusal.shortage.push_back(short_line(sku.sku, sku.requested, sku.available, supply, step));
  }
  HF_ASSERT(!refusal.shortage.empty());
  refusal.detail = describe(refusal.shortage.front());
  refusal.retry_after = retry_after(refusal.code);
  return refusal;
}

}  // namespace holdfast
