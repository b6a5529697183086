// migrate shadow: the shop goes on deciding, and hears where Holdfast would have decided otherwise.
#include <algorithm>
#include <chrono>
#include <thread>

#include "cli/beside.h"
#include "cli/format.h"
#include "cli/interrupt.h"
#include "cli/run.h"
#include "store/shadow.h"

namespace holdfast::cli {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

// Looking takes at most a fifth of the time of whoever does it.
constexpr auto look_each = 1s;
constexpr int pause_for_each_look = 4;

class Shadowing {
 public:
  Shadowing(Session& session, Beside& it, store::StoreDatabase& store)
      : session_(session),
        once_(session.arguments().has("--once")),
        regions_(it.regions),
        shadow_(store, it.schema, it.regions.front(), pending_ttl_seconds(session)) {}

  ExitCode run() {
    auto well = shadow_.begin();
    if (well) well = shadow_.list(report_);
    while (well && !interrupt_.came()) {
      const auto began = steady_clock::now();
      const auto looked = shadow_.look(now_seconds(), report_);
      if (!looked) well = failure(looked.error());
      if (!looked || *looked > 0) continue;
      if (once_) break;
      pause(std::max<steady_clock::duration>(look_each, pause_for_each_look * (steady_clock::now() - began)));
    }
    const auto sums = well ? shadow_.sums() : failure(well.error());
    if (!sums) {
      session_.say("stopped, and can be run again: " + sums.error());
      return stopped(regions_);
    }
    session_.print(grouped(sums->rows) + " rows told; of " + grouped(sums->otherwise) +
                   " Holdfast would have decided otherwise\n");
    return sums->otherwise == 0 ? ExitCode::done : ExitCode::not_well;
  }

 private:
  void pause(steady_clock::duration time) const {
    const auto until = steady_clock::now() + time;
    while (!interrupt_.came() && steady_clock::now() < until) std::this_thread::sleep_for(50ms);
  }

  Session& session_;
  const bool once_;
  const std::vector<store::Region>& regions_;
  store::Shadow shadow_;
  Interrupt interrupt_;
  store::Shadow::Report report_ = [this](const store::Otherwise& found) {
    session_.print("! " + printable(found.subject) + ": " + printable(found.decided) + ": " +
                   printable(found.code) + "\n");
  };
};

}  // namespace

ExitCode run_migrate_shadow(Session& session) {
  auto it = beside(session, Needs::regions);
  if (!it) return it.error();
  const auto store = opened(session, it->url);
  if (!store) return ExitCode::unavailable;
  return Shadowing(session, *it, *store).run();
}

}  // namespace holdfast::cli
