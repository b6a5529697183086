// holdfast-sim: the simulator's command line.
#include <cstdio>
#include <string>
#include <vector>

#include "sim/commands/commands.h"
#include "text/nearest.h"

namespace {

using namespace holdfast;

int usage(std::FILE* to, int code) {
  std::fputs("Usage: holdfast-sim COMMAND ... (each explains itself with --help)\n\n", to);
  for (const auto& command : sim::commands())
    std::fprintf(to, "  %-10s %s\n", std::string(command.name).c_str(), std::string(command.help).c_str());
  return code;
}

// What nobody could read is no success.
int unless_lost(int code) {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return code;
  std::fputs("holdfast-sim: standard output cannot be written: is the disk full, or was it closed?\n",
             stderr);
  return code == 0 ? 1 : code;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.empty()) return usage(stderr, 2);
  if (words.front() == "--help" || words.front() == "help") return unless_lost(usage(stdout, 0));
  std::vector<std::string_view> names;
  for (const auto& command : sim::commands()) {
    if (command.name == words.front()) return unless_lost(command.run(std::span(words).subspan(1)));
    names.push_back(command.name);
  }
  std::fprintf(stderr, "holdfast-sim: no command %s%s; holdfast-sim --help names them\n",
               words.front().c_str(), did_you_mean(nearest(words.front(), names)).c_str());
  return 2;
}
