// Import: the many lines of a stock import, in one step. What needs no state is done before (order_lines).
//
// The record has the SKUs in byte order of their names: so have the lines, and each name is looked up once.
#pragma once

#include "core/answer.h"
#include "core/step_context.h"

namespace holdfast {

// Its lines are in order. All of it is recorded, under this key: what came in, and which lines did not.
[[nodiscard]] answer::Imported receive(StepContext& step, const request::Import& import, const KeyUse& use);

}  // namespace holdfast
