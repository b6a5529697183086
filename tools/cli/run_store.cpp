// follow, migrate plan|run|shadow|verify: beside the shop's own database (src/store).
#include <atomic>
#include <chrono>
#include <thread>

#include "cli/beside.h"
#include "cli/format.h"
#include "cli/interrupt.h"
#include "cli/run.h"
#include "cli/session.h"
#include "store/follower.h"
#include "store/move_in.h"
#include "store/verify.h"
#include "text/plain_name.h"

namespace holdfast::cli {
namespace {

using namespace std::chrono_literals;

class Following {
 public:
  explicit Following(Session& session, const Beside& beside) : session_(session) {
    for (const store::Region& region : beside.regions)
      followers_.push_back(std::make_unique<store::Follower>(
          store::FollowOptions{
              .store = beside.url,
              .region = region.name(),
              .endpoint = region.endpoint(),
              .home = beside.regions.front().name(),
              .name = plain_name(session.arguments().maybe("--name").value_or(store::store_name(beside.url))),
              .from_now = session.arguments().has("--from-now"),
              .until_idle = session.arguments().has("--until-idle")},
          beside.schema, [this](const std::string& line) { say(line); }));
    for (const store::Region& region : beside.regions) names_.push_back(region.name());
  }

  ExitCode run() {
    std::vector<std::jthread> threads;
    running_ = followers_.size();
    for (const auto& follower : followers_)
      threads.emplace_back([this, one = follower.get()] {
        if (!one->run(stop_)) hopeless_ = true;
        --running_;
      });
    auto next = std::chrono::steady_clock::now() + report_each;
    while (running_ > 0 && !interrupt_.came()) {
      std::this_thread::sleep_for(50ms);
      if (std::chrono::steady_clock::now() < next) continue;
      report();
      next += report_each;
    }
    stop_ = true;
    threads.clear();
    report();
    return hopeless_ ? ExitCode::failed : ExitCode::done;
  }

 private:
  void say(const std::string& line) {
    const std::lock_guard lock(mutex_);
    session_.say(line);
  }

  // Of each region, if it is another than the last time.
  void report() {
    reported_.resize(followers_.size());
    for (std::size_t i = 0; i < followers_.size(); ++i) {
      const auto progress = followers_[i]->progress();
      std::string line = names_[i] + ": " + grouped(progress.written) + " changes written";
      if (!progress.at.empty()) line += ", up to " + moment(progress.at);
      if (progress.waits)
        line += ", and the store does not answer";
      else if (progress.has_more)
        line += ", and there are more";
      if (progress.aside > 0) line += ", " + std::to_string(progress.aside) + " set aside";
      if (line == reported_[i]) continue;
      reported_[i] = line;
      say(line);
    }
  }

  static constexpr auto report_each = 10s;

  Session& session_;
  Interrupt interrupt_;
  std::atomic<bool> stop_ = false;
  std::atomic<bool> hopeless_ = false;
  std::atomic<std::size_t> running_ = 0;
  std::mutex mutex_;
  std::vector<std::string> names_, reported_;
  std::vector<std::unique_ptr<store::Follower>> followers_;
};

void print(Session& session, const store::Plan& plan) {
  std::string shown = "products   " + grouped(plan.products) + "\nstock      " + grouped(plan.stock) + "\n";
  for (const auto& status : plan.statuses)
    shown += "rows       " + printable(status.status) + ": " + grouped(status.rows) + ", " +
             grouped(status.units) + " units\n";
  if (plan.findings.empty()) shown += "adds up    yes\n";
  for (const auto& finding : plan.findings) {
    shown += "! " + grouped(finding.count) + " " + finding.what + ":";
    for (const std::string& example : finding.examples) shown += " " + printable(example);
    shown += finding.count > static_cast<std::int64_t>(finding.examples.size()) ? " ...\n" : "\n";
  }
  session.print(shown);
}

}  // namespace

ExitCode run_follow(Session& session) {
  const auto it = beside(session, Needs::regions);
  return it ? Following(session, *it).run() : it.error();
}

ExitCode run_migrate_plan(Session& session) {
  const auto it = beside(session, Needs::store);
  if (!it) return it.error();
  const auto store = opened(session, it->url);
  if (!store) return ExitCode::unavailable;
  const auto plan = store::plan_move(*store, it->schema);
  if (!plan) {
    session.say("cannot read the store: " + told(plan.error()));
    return ExitCode::failed;
  }
  print(session, *plan);
  return plan->findings.empty() ? ExitCode::done : ExitCode::not_well;
}

ExitCode run_migrate_run(Session& session) {
  auto it = beside(session, Needs::regions);
  if (!it) return it.error();
  const auto store = opened(session, it->url);
  if (!store) return ExitCode::unavailable;
  const store::MoveOptions options{.pending_ttl_seconds = pending_ttl_seconds(session),
                                   .now_seconds = now_seconds()};
  const auto moved = store::move_in(*store, it->schema, it->regions.front(), options);
  if (!moved) {
    session.say("stopped: " + moved.error());
    return stopped(it->regions);
  }
  std::string shown = "products      " + grouped(moved->products) + "\nstock         " +
                      grouped(moved->units) + "\nreservations  " + grouped(moved->rows) + "\n";
  for (const auto& [code, count] : moved->refused)
    shown += "! " + grouped(count) + " refused: " + code + "\n";
  session.print(shown);
  return moved->refused.empty() ? ExitCode::done : ExitCode::not_well;
}

ExitCode run_migrate_verify(Session& session) {
  auto it = beside(session, Needs::regions);
  if (!it) return it.error();
  const auto store = opened(session, it->url);
  if (!store) return ExitCode::unavailable;
  const auto verified = store::verify(*store, it->schema, it->regions);
  if (!verified) {
    session.say(verified.error());
    return stopped(it->regions);
  }
  std::string shown;
  for (const auto& difference : verified->differences)
    shown += "! " + std::string(name(difference.kind)) + ": " + printable(difference.subject) + ": " +
             printable(difference.detail) + "\n";
  shown += grouped(verified->reservations) + " reservations, " + grouped(verified->rows) + " rows, " +
           grouped(verified->products) + " products: " +
           (verified->differences.empty()
                ? "no difference"
                : grouped(static_cast<std::int64_t>(verified->differences.size())) + " differences") +
           "\n";
  session.print(shown);
  return verified->differences.empty() ? ExitCode::done : ExitCode::not_well;
}

}  // namespace holdfast::cli
