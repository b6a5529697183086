// What is asked, answered and said between regions, as one line each: for traces.
#pragma once

#include <string>

#include "core/answer.h"
#include "core/message.h"
#include "core/request.h"

namespace holdfast::sim {

[[nodiscard]] std::string in_words(const Message& message);
[[nodiscard]] std::string in_words(const Request& request);
[[nodiscard]] std::string in_words(const Answer& answer);

}  // namespace holdfast::sim
