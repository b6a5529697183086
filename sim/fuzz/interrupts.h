// Interrupts: while it lives, whoever interrupts (SIGINT, SIGTERM) is heard, and obeyed once what has ended
// is noted. One at a time.
#pragma once

#include <csignal>

namespace holdfast::sim {

class Interrupts {
 public:
  Interrupts();
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  [[nodiscard]] bool came() const;

 private:
  struct sigaction before_int_ = {};
  struct sigaction before_term_ = {};
};

// For a process that was forked meanwhile: it ends with its parent, which a terminal's SIGINT is for as well.
void leave_interrupts_to_parent();

}  // namespace holdfast::sim
