// Shell completion, written from the table of commands: what a shell sources to complete `holdfast`. Pure.
#pragma once

#include <string>

namespace holdfast::cli {

[[nodiscard]] std::string bash_completion();
[[nodiscard]] std::string zsh_completion();  // bash's function, by zsh's own bridge
[[nodiscard]] std::string fish_completion();

}  // namespace holdfast::cli
