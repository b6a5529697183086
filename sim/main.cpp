// holdfast-sim: the simulator's commands.
#include <cstdio>
#include <string>
#include <vector>

#include "sim/fuzz/command.h"

int main(int argc, char** argv) {
  using namespace holdfast::sim;
  std::vector<std::string> arguments(argv + 1, argv + argc);
  const std::string command = arguments.empty() ? "" : arguments.front();
  if (!arguments.empty()) arguments.erase(arguments.begin());
  if (command == "fuzz") return fuzz_command(arguments);
  if (command == "replay") return replay_command(arguments);
  if (command == "shrink") return shrink_command(arguments);
  std::FILE* to = command == "--help" ? stdout : stderr;
  std::fprintf(to, "usage:\n%s", fuzz_usage);
  return command == "--help" ? 0 : 2;
}
