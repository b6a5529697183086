// The manual page holdfast(1), in the language of man(7), from the table of commands. Pure.
#pragma once

#include <string>

namespace holdfast::cli {

[[nodiscard]] std::string manual_page();

}  // namespace holdfast::cli
