// What goes wrong, in words for stderr, and the exit code that it means. Pure.
#pragma once

#include "cli/exit_code.h"
#include "cli/json.h"
#include "holdfast/client.h"

namespace holdfast::cli {

[[nodiscard]] ExitCode exit_code_of(const Response& response);
[[nodiscard]] ExitCode exit_code_of(const Failure& failure);

// One line, then one for each faulty member or short SKU. The body is a problem document, or something else's
// page, after which what would have `changes` may be done.
[[nodiscard]] std::string problem_text(const Response& response, bool changes = false);

struct Attempt {
  std::string endpoint;
  std::string timeout;
  bool changes = false;  // whether the call could have changed anything
};
[[nodiscard]] std::string failure_text(const Failure& failure, const Attempt& attempt);

// The daemon is gone, or cannot just now: for what goes on and on, and asks again.
[[nodiscard]] bool may_pass(const Answer& answer);
[[nodiscard]] std::string short_text(const Answer& answer);

// One indented line for each short SKU of a problem or of a partial reservation.
[[nodiscard]] std::string shortage_lines(const json::value& body);

}  // namespace holdfast::cli
