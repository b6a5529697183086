// How the program ends: a contract that scripts rely on.
#pragma once

namespace holdfast::cli {

enum class ExitCode {
  done = 0,
  failed = 1,
  usage = 2,        // and 400, 422: the request was wrong
  not_found = 3,    // 404
  shortage = 4,     // 409 because units are short
  unavailable = 5,  // 503, 429, no connection
  not_well = 6,     // status: degraded; audit: mismatches
  timed_out = 8,    // also 408 and 504: it may have happened
};

}  // namespace holdfast::cli
