// What happens because time has passed: reservations expire, waiters are answered, gauges are published, told
// rates are checked, and node time is marked in the journal while anything pending depends on it.
#pragma once

#include <optional>

#include "core/step_context.h"

namespace holdfast {

void tick(StepContext& step, const input::Tick& due);

// What baskets gave free of what the others take for gone, they are told at once: their shoppers are told at
// once that all of it lies in baskets. It is seldom: a row says so once a second, or once a sale.
void tell_back_on_sale(StepContext& step);

// When the first of it is due; none: nothing waits for time. Where nothing may be recorded only what needs no
// record.
[[nodiscard]] std::optional<NodeTime> next_deadline(const State& state, const Memory& memory,
                                                    const CoreConfig& config, bool may_record);

}  // namespace holdfast
