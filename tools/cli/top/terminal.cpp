#include "cli/top/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

namespace holdfast::cli {

Size size_of_terminal(Size where_there_is_none) {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0)
    return where_there_is_none;
  return {size.ws_col, size.ws_row};
}

}  // namespace holdfast::cli
