// The terminal at the end of standard output: how large it is, and, while a Terminal lives, its whole screen
// and its keys, by ncurses. One at a time.
#pragma once

#include <chrono>
#include <memory>
#include <optional>

#include "cli/top/lines.h"
#include "cli/top/view.h"

namespace holdfast::cli {

[[nodiscard]] Size size_of_terminal(Size where_there_is_none);

class Terminal {
 public:
  // Null where the terminal cannot be drawn on (TERM is missing, or unknown).
  [[nodiscard]] static std::unique_ptr<Terminal> open(bool colour);
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  [[nodiscard]] Size size() const;
  void show(const Lines& lines);
  [[nodiscard]] std::optional<Key> key(std::chrono::milliseconds at_most);  // nothing: none was pressed

 private:
  explicit Terminal(bool colour);

  struct Screen;  // what ncurses keeps
  std::unique_ptr<Screen> screen_;
};

}  // namespace holdfast::cli
