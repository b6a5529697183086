#include <unistd.h>

#include <cstdio>
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
  void sample(Micros since_open, StockPolicy& policy, const Watch& watch) override {
    recorder_.sample(since_open, policy, watch);
    if (::isatty(STDERR_FILENO) == 1)
      std::fprintf(stderr, "\r%3lld %%  %s\x1b[K%s",
                   static_cast<long long>(100 * since_open / job_.scenario->duration), in_words(job_).c_str(),
                   since_open == job_.scenario->duration ? "\n" : "");
  }
  void told(Micros since_open, const Watch::Told& told) override { recorder_.told(since_open, told); }

 private:
  const Job& job_;
  Spectator& recorder_;
};

int run_one(const Job& job, const std::optional<std::string>& report) {
  std::ofstream page;
  if (report) page.open(*report, std::ios::binary);
  if (report && !page) return usage_fault("run", "cannot write " + *report);
  std::printf("seed %llu\n", static_cast<unsigned long long>(job.seed));
  std::fflush(stdout);
  Recorder recorder(job.scenario->regions.size());
  Progress progress(job, recorder);
  const auto measures = measures_of(job, &progress);
  const Measured measured{job.scenario->name, job.policy, job.seed, job.waiting == Waiting::yes, measures};
  std::fputs(run_text(measured).c_str(), stdout);
  if (report) page << page_html(*job.scenario, measured, recorder.recording(), command_of(job)) << std::flush;
  if (report && !page) return std::fprintf(stderr, "cannot write %s\n", report->c_str()), 1;
  if (measures.oversold_units == 0) return 0;
  std::printf("OVERSOLD; again: %s\n", command_of(job).c_str());
  return 1;
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
  const auto scenario = scenario_of(arguments->rest().front());
  if (!scenario) return usage_fault("run", scenario.error());
  const auto seeds = seeds_of(*arguments);
  if (!seeds) return usage_fault("run", seeds.error());
  const auto policies = policies_of(*arguments, {"holdfast"});
  if (!policies) return usage_fault("run", policies.error());
  const Job job{&*scenario,
                nullptr,
                policies->front(),
                seeds->first,
                arguments->has("--wait") ? Waiting::yes : Waiting::no,
                arguments->has("--trace") ? stdout : nullptr};
  return run_one(job, arguments->one("--report"));
}

}  // namespace holdfast::sim
