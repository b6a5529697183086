// A word as a shell reads it back: quoted where it must be.
#pragma once

#include <string>

namespace holdfast {

[[nodiscard]] inline std::string in_shell(const std::string& word) {
  if (word.find_first_of(" \t\n'\"\\$&|;<>()*?[]#~`!{}") == std::string::npos && !word.empty()) return word;
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? "'\\''" : std::string(1, c);
  return quoted + "'";
}

}  // namespace holdfast
