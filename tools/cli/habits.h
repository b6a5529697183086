// Words that people bring along from other programs, and what stands for them here. Pure.
#pragma once

#include <string>
#include <string_view>

namespace holdfast::cli {

// What to say of a word that is no command of this group ("" for the first word): how it is called here, or
// what there is instead. Ends with `?` where a command is suggested. Never empty.
[[nodiscard]] std::string instead_of_command(std::string_view group, std::string_view word);

// What to write for an option that the program does not have; empty if nothing comes to mind.
[[nodiscard]] std::string_view instead_of_option(std::string_view option);

// The commands of a group, as a list: "verify, explain".
[[nodiscard]] std::string commands_after(std::string_view group);

}  // namespace holdfast::cli
