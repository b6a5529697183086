// Texts of help that come from the table, and what a parameter's value must look like.
#pragma once

#include <string>

#include "cli/commands.h"

namespace holdfast::cli {

[[nodiscard]] std::string overview(std::string_view group);  // of all commands, or of those after one word
[[nodiscard]] std::string examples_of(const Command& command);

// What is wrong with a value of this kind; empty if nothing.
[[nodiscard]] std::string fault_of(Kind kind, const std::string& value);

}  // namespace holdfast::cli
