// holdfast: the command line, over HTTP, to any region.
#include <unistd.h>

#include <iostream>

#include "cli/session.h"

namespace {

std::map<std::string, std::string> environment_of(char** entries) {
  std::map<std::string, std::string> environment;
  for (; *entries; ++entries) {
    const std::string_view entry(*entries);
    const auto equals = entry.find('=');
    if (equals != std::string_view::npos)
      environment.emplace(entry.substr(0, equals), entry.substr(equals + 1));
  }
  return environment;
}

}  // namespace

int main(int count, char** words) {
  const holdfast::cli::Surroundings surroundings{std::cin, std::cout, std::cerr, ::isatty(STDOUT_FILENO) == 1,
                                                 environment_of(environ)};
  return static_cast<int>(holdfast::cli::run({words + 1, words + count}, surroundings));
}
