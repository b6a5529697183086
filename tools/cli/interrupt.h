// Interrupt: Ctrl-C as something to ask for, for as long as this lives: for commands that go on until they
// are stopped, and then end well. One at a time.
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
