// top: the dashboard's screen, once or again each second until Ctrl-C.
#include <algorithm>
#include <chrono>
#include <thread>

#include "cli/interrupt.h"
#include "cli/request.h"
#include "cli/run.h"
#include "cli/session.h"
#include "cli/top/screen.h"
#include "cli/top/terminal.h"

namespace holdfast::cli {
namespace {

constexpr Size without_terminal{120, 40};
constexpr std::string_view clear_screen = "\x1b[H\x1b[2J";

std::optional<Snapshot> take_snapshot(Session& session, Size size) {
  const auto status = session.fetch(get("/v1/status"));
  if (!status) return std::nullopt;
  const auto rights = session.fetch(
      get("/v1/rights?sort=runs_dry&limit=" + std::to_string(std::min<std::size_t>(size.rows, 1000))));
  if (!rights) return std::nullopt;
  return Snapshot{status->body, rights->body};
}

std::string shown(const Session& session, const Snapshot& snapshot, Size size) {
  if (session.as_table()) return screen(snapshot, size);
  return written(json::object{{"status", snapshot.status}, {"rights", snapshot.rights}}) + "\n";
}

// The last line stays free, or the terminal would scroll.
ExitCode watch(Session& session) {
  const Interrupt interrupt;
  while (!interrupt.came()) {
    const Size size = size_of_terminal(without_terminal);
    const auto snapshot = take_snapshot(session, size);
    if (!snapshot) return session.failure();
    session.print(std::string(clear_screen) + shown(session, *snapshot, {size.columns, size.rows - 1}));
    for (int tenth = 0; tenth < 10 && !interrupt.came(); ++tenth)
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  session.print("\n");
  return ExitCode::done;
}

}  // namespace

ExitCode run_top(Session& session) {
  if (!session.arguments().has("--once") && session.on_terminal() && session.as_table())
    return watch(session);
  const Size size = size_of_terminal(without_terminal);
  const auto snapshot = take_snapshot(session, size);
  if (!snapshot) return session.failure();
  session.print(shown(session, *snapshot, size));
  return ExitCode::done;
}

}  // namespace holdfast::cli
