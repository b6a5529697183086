// Operations as calls of the HTTP API, and their outcomes out of its answers.
#pragma once

#include <span>

#include "holdfast/client.h"

namespace holdfast {

// One call for all of them: of one alone that waits for units the call that may, else a batch.
[[nodiscard]] Call batch_call(std::span<const Operation> operations);

// Of the answer to that call; a Failure if it is none.
[[nodiscard]] Outcomes outcomes_of(const Response& response, std::size_t operations);

}  // namespace holdfast
