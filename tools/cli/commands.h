// The one table of commands: parsing and help come from it. A new command is a new line in commands.cpp.
#pragma once

#include <span>
#include <string_view>

#include "cli/exit_code.h"

namespace holdfast::cli {

class Session;

enum class Kind {
  flag,
  text,
  whole,
  positive,
  milliseconds,
  seconds,
  timeout,
  line,
  key,
  cursor,
  format,
  sort,
  state,
  if_expired,
  shell
};

enum class Count { optional, required, any, some };  // any: none or more; some: one or more

struct Parameter {
  std::string_view name;  // `--line`, `-o,--output`, or `ID` for one without dashes
  Kind kind = Kind::text;
  Count count = Count::optional;
  std::string_view shown;  // what stands for its value in the help
  std::string_view help;

  [[nodiscard]] bool positional() const { return !name.starts_with("-"); }
};

struct Command {
  std::string_view path;  // `reserve create`
  std::string_view summary;
  std::span<const Parameter> parameters;
  std::span<const std::string_view> examples;
  ExitCode (*run)(Session&);
};

[[nodiscard]] std::span<const Command> commands();
[[nodiscard]] std::span<const Parameter> global_parameters();

}  // namespace holdfast::cli
