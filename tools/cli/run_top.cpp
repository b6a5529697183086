// top: the dashboard's screen: once, or on the whole terminal until q.
#include <algorithm>

#include "cli/interrupt.h"
#include "cli/request.h"
#include "cli/run.h"
#include "cli/session.h"
#include "cli/top/feeder.h"
#include "cli/top/screen.h"
#include "cli/top/terminal.h"

namespace holdfast::cli {
namespace {

constexpr Size without_terminal{120, 40};

std::optional<Snapshot> take_snapshot(Session& session, Size size) {
  const auto status = session.fetch(get("/v1/status"));
  if (!status) return std::nullopt;
  const auto rights = session.fetch(
      get("/v1/rights?sort=runs_dry&limit=" + std::to_string(std::min<std::size_t>(size.rows, 1000))));
  if (!rights) return std::nullopt;
  return Snapshot{.status = status->body, .rights = rights->body};
}

std::string shown(const Session& session, const Snapshot& snapshot, Size size) {
  if (session.as_table()) return screen(snapshot, size);
  return written(json::object{{"status", snapshot.status}, {"rights", snapshot.rights}}) + "\n";
}

void watch(Terminal& terminal, Feeder& feeder, Snapshot snapshot) {
  constexpr std::chrono::milliseconds blink{100};
  const Interrupt interrupt;
  View view;
  while (!view.quit && !interrupt.came()) {
    terminal.show(draw(snapshot, view, terminal.size()));
    if (const auto key = terminal.key(blink)) view = pressed(std::move(view), *key, snapshot);
    feeder.wish(wish_of(view, terminal.size()));
    if (!view.paused) snapshot = feeder.latest();
  }
}

}  // namespace

ExitCode run_top(Session& session) {
  const Size size = size_of_terminal(without_terminal);
  const auto snapshot = take_snapshot(session, size);
  if (!snapshot) return session.failure();
  const bool once = session.arguments().has("--once") || !session.on_terminal() || !session.as_table();
  const auto terminal = once ? nullptr : Terminal::open(session.colour());
  if (!terminal) {  // also one that cannot be drawn on
    session.print(shown(session, *snapshot, size));
    return ExitCode::done;
  }
  Feeder feeder(session.endpoint(), *snapshot, wish_of({}, terminal->size()));
  watch(*terminal, feeder, *snapshot);
  return ExitCode::done;
}

}  // namespace holdfast::cli
