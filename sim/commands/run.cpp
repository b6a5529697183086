#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fstream>

#include "sim/commands/commands.h"
#include "sim/commands/settings.h"
#include "sim/report/page.h"
#include "sim/report/recording.h"

namespace holdfast::sim {
namespace {

constexpr Option run_options[] = {
    {"--seed", "N", "1 if not given"},
    {"--policy", "NAME", "one of those that list names; holdfast if not given"},
    {"--wait", "", "shoppers wait for units from elsewhere, twice the longest round trip"},
    {"--report", "FILE.html", "a page to look at: rights over time, refusals, latency, what moved"},
    {"--trace", "", "every event in words first, as replay has them; of holdfast alone"},
    {"--help", "", "this"},
};

// How far a run is, on a terminal only.
class Progress final : public Spectator {
 public:
  Progress(const Job& job, Spectator& recorder) : job_(job), recorder_(recorder) {}
  void sample(Micros since_open, StockPolicy& policy) override {
    recorder_.sample(since_open, policy);
    if (!on_terminal_) return;
    std::fprintf(stderr, "\r%3lld %%  %s\x1b[K",
                 static_cast<long long>(100 * since_open / job_.scenario->duration), in_words(job_).c_str());
  }
  // A run may end before its time.
  void end() const {
    if (on_terminal_) std::fputs("\n", stderr);
  }
  void told(Micros since_open, const Watch::Told& told) override { recorder_.told(since_open, told); }

 private:
  const Job& job_;
  Spectator& recorder_;
  const bool on_terminal_ = ::isatty(STDERR_FILENO) == 1;
};

int run_one(const Job& job, const std::optional<std::string>& report) {
  Recorder recorder(job.scenario->regions.size());
  Progress progress(job, recorder);
  const auto measures = measures_of(job, &progress);
  progress.end();
  const Measured measured{job.scenario->name, job.policy, job.seed, job.waiting == Waiting::yes, measures};
  std::fputs(run_text(measured).c_str(), stdout);
  if (report) {
    std::ofstream page(*report, std::ios::binary);
    page << page_html(*job.scenario, measured, recorder.recording(), command_of(job)) << std::flush;
    if (!page) return std::fprintf(stderr, "cannot write %s\n", report->c_str()), 1;
  }
  if (measures.oversold_units == 0) return 0;
  std::printf("OVERSOLD; again:\n%s\n", command_of(job).c_str());
  return 1;
}

// What a broken promise ends with is the command, too.
char command_at_abort[512];
void tell_command_at_abort(const Job& job) {
  std::snprintf(command_at_abort, sizeof command_at_abort, "%s\n", command_of(job).c_str());
  (void)std::signal(SIGABRT, [](int) {
    (void)!::write(STDOUT_FILENO, command_at_abort, std::strlen(command_at_abort));
    ::_exit(1);
  });
}

int run_all(const std::vector<Scenario>& scenarios, Job job, const std::optional<std::string>& report) {
  int code = 0;
  for (const Scenario& scenario : scenarios) {
    job.scenario = &scenario;
    tell_command_at_abort(job);
    code = std::max(code, run_one(job, report));
    if (&scenario != &scenarios.back()) std::printf("\n");
  }
  return code;
}

}  // namespace

int run_command(std::span<const std::string> words) {
  const auto arguments = Arguments::parse(words, run_options);
  if (!arguments) return usage_fault("run", arguments.error());
  if (arguments->has("--help")) {
    std::fputs(help_text("run SCENARIO|FILE.toml [OPTION ...]", "One scenario under one policy.", run_options)
                   .c_str(),
               stdout);
    return 0;
  }
  if (arguments->rest().size() != 1) return usage_fault("run", "name one scenario; holdfast-sim list does");
  const auto scenarios = scenarios_of(*arguments);
  if (!scenarios) return usage_fault("run", scenarios.error());
  if (arguments->has("--report") && scenarios->size() > 1)
    return usage_fault("run",
                       "--report: a page is of one scenario; name one, such as " + scenarios->front().name);
  const auto seeds = seeds_of(*arguments);
  if (!seeds) return usage_fault("run", seeds.error());
  const auto policies = policies_of(*arguments, {"holdfast"});
  if (!policies) return usage_fault("run", policies.error());
  if (policies->size() > 1) return usage_fault("run", "--policy: one of them; compare takes several");
  Job job;
  job.policy = policies->front();
  job.seed = seeds->first;
  job.waiting = arguments->has("--wait") ? Waiting::yes : Waiting::no;
  job.trace = arguments->has("--trace") ? stdout : nullptr;
  if (const auto report = arguments->one("--report"))
    if (std::ofstream page(*report, std::ios::binary | std::ios::app); !page)
      return usage_fault("run", "cannot write " + *report + ": " + std::strerror(errno));
  tell_seeds(*seeds);
  return run_all(*scenarios, job, arguments->one("--report"));
}

}  // namespace holdfast::sim
