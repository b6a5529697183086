#include "support/tracer.h"

#include <csignal>

namespace holdfast::e2e {

Tracer::Tracer(pid_t process, const std::string& inject)
    : tracer_({"/usr/bin/strace", "-f", "-p", std::to_string(process), "-e",
               "trace=" + inject.substr(0, inject.find(':')), "-e", "inject=" + inject, "-o",
               (dir_ / "calls").string()},
              dir_ / "log") {}

Tracer::~Tracer() { end(); }

bool Tracer::attached() {
  static_cast<void>(eventually(
      [&] { return said().find("attached") != std::string::npos || tracer_.exit_code().has_value(); }));
  return said().find("attached") != std::string::npos;
}

void Tracer::end() {
  tracer_.signal(SIGTERM);
  static_cast<void>(tracer_.exit_code(10s));
}

}  // namespace holdfast::e2e
