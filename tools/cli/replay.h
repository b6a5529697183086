// `holdfast replay`: sells an order history over HTTP and recounts.
#pragma once

#include "cli/exit_code.h"

namespace holdfast::cli {

class Session;

ExitCode run_replay(Session&);

}  // namespace holdfast::cli
