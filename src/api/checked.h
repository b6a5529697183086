// The last checks of a decoded request, which calls and batch operations share: its values, then its key.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/intake.h"

namespace holdfast::api {

// `errors` are the faults of its shape. A key goes into the request only where the call needs one.
[[nodiscard]] Operation checked(Request request, std::vector<FieldError> errors, KeyRule rule,
                                const std::optional<std::string>& key);

}  // namespace holdfast::api
