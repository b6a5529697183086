// Refusals, each with one line for a person that says what is so and, where it helps, what to do.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/answer.h"
#include "core/step_context.h"

namespace holdfast {

[[nodiscard]] Refusal reservation_unknown(std::string_view id);
[[nodiscard]] Refusal sku_unknown(std::string_view sku, const StepContext& step);
[[nodiscard]] Refusal idempotency_mismatch(std::string_view what);
// Its state does not allow what was asked.
[[nodiscard]] Refusal state_conflict(const Reservation& reservation, const StepContext& step);
[[nodiscard]] Refusal invalid(std::string pointer, std::string detail);
[[nodiscard]] Refusal wrong_region(std::string_view meant, std::string_view here);
[[nodiscard]] Refusal unavailable(RefusalCode code, std::string detail);  // of this daemon, for now

// A SKU of which more is wanted than may be taken here.
struct ShortSku {
  SkuId sku;
  Units requested;
  Units available;
};

// The shortage that speaks for all of them (shortage.h); at least one.
[[nodiscard]] Refusal short_of(const StepContext& step, const std::vector<ShortSku>& shorts);

}  // namespace holdfast
