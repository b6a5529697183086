#include "cli/interrupt.h"

#include <time.h>

#include <atomic>
#include <csignal>
#include <cstdint>

namespace holdfast::cli {
namespace {

// Whoever sends one to a process and to its whole group, as timeout(1) does, means it once.
constexpr std::int64_t apart_ms = 200;

// A signal handler can reach nothing else.
volatile std::sig_atomic_t signal_came = 0;
std::atomic<std::int64_t> came_at_ms = 0;
static_assert(std::atomic<std::int64_t>::is_always_lock_free);

std::int64_t now_ms() {
  timespec now{};
  (void)::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

void note(int signal) {
  if (signal_came == 0) {
    came_at_ms = now_ms();
    signal_came = 1;
  } else if (now_ms() - came_at_ms > apart_ms) {
    std::signal(signal, SIG_DFL);
    (void)std::raise(signal);
  }
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
