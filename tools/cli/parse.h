// Words of the command line to a command of the table and its arguments, or to what must be said instead.
#pragma once

#include <variant>

#include "cli/arguments.h"
#include "cli/commands.h"

namespace holdfast::cli {

struct Invocation {
  const Command* command = nullptr;
  Arguments arguments;
};

struct Help {
  std::string text;
};

struct UsageError {
  std::string text;
};

using Parsed = std::variant<Invocation, Help, UsageError>;

[[nodiscard]] Parsed parse(std::vector<std::string> words);

}  // namespace holdfast::cli
