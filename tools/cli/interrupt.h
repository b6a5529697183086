// Interrupt: Ctrl-C as something to ask for, for as long as this lives: for commands that go on until they
// are stopped, and then end well. Whoever cannot wait for that says it a second time, and it ends at once.
// One of these at a time.
#pragma once

namespace holdfast::cli {

class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  [[nodiscard]] bool came() const;
};

}  // namespace holdfast::cli
