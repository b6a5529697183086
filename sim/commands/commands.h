// The subcommands of holdfast-sim. Each takes the words after its name and returns the exit code:
// 0 done, 1 failed, 2 usage or a file at fault. To add one: a file of its own, and a line in the table.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace holdfast::sim {

struct Command {
  std::string_view name;
  std::string_view help;  // one line
  int (*run)(std::span<const std::string> words) = nullptr;
};
[[nodiscard]] std::span<const Command> commands();

int run_command(std::span<const std::string> words);
int compare_command(std::span<const std::string> words);
int orders_command(std::span<const std::string> words);
int speed_command(std::span<const std::string> words);
int list_command(std::span<const std::string> words);
int fuzz_command(std::span<const std::string> words);
int replay_command(std::span<const std::string> words);
int shrink_command(std::span<const std::string> words);

}  // namespace holdfast::sim
