// How large the terminal is that stands at the end of standard output.
#pragma once

#include "cli/top/screen.h"

namespace holdfast::cli {

[[nodiscard]] Size size_of_terminal(Size where_there_is_none);

}  // namespace holdfast::cli
