#include "sim/fuzz/interrupts.h"

#include <sys/prctl.h>

namespace holdfast::sim {
namespace {

volatile std::sig_atomic_t interrupted = 0;  // a signal handler can reach nothing else

}  // namespace

Interrupts::Interrupts() {
  interrupted = 0;
  struct sigaction heard = {};
  heard.sa_handler = [](int) { interrupted = 1; };
  ::sigaction(SIGINT, &heard, &before_int_);
  ::sigaction(SIGTERM, &heard, &before_term_);
}

Interrupts::~Interrupts() {
  ::sigaction(SIGINT, &before_int_, nullptr);
  ::sigaction(SIGTERM, &before_term_, nullptr);
}

bool Interrupts::came() const { return interrupted != 0; }

void leave_interrupts_to_parent() {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  std::signal(SIGINT, SIG_IGN);
  std::signal(SIGTERM, SIG_DFL);
}

}  // namespace holdfast::sim
