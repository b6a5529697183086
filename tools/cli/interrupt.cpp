#include "cli/interrupt.h"

#include <csignal>

namespace holdfast::cli {
namespace {

volatile std::sig_atomic_t signal_came = 0;  // a signal handler can reach nothing else

void note(int signal) {
  signal_came = 1;
  std::signal(signal, SIG_DFL);
}

}  // namespace

Interrupt::Interrupt() {
  signal_came = 0;
  std::signal(SIGINT, note);
  std::signal(SIGTERM, note);
}

Interrupt::~Interrupt() {
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
}

bool Interrupt::came() const { return signal_came != 0; }

}  // namespace holdfast::cli
