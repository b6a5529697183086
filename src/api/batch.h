// A batch: the operations of one body, each decoded and refused on its own.
//
// Pointers in an operation's errors start at the operation: its result is what the single call would have
// got.
#pragma once

#include <vector>

#include "api/intake.h"
#include "api/members.h"

namespace holdfast::api {

// Faults of the batch as a whole are noted by `body`.
[[nodiscard]] std::vector<Operation> read_batch(Members& body, std::vector<FieldError>& errors);

}  // namespace holdfast::api
