#include <unistd.h>

#include <cstdio>

#include "sim/commands/commands.h"
#include "sim/commands/settings.h"
#include "sim/report/tables.h"

namespace holdfast::sim {
namespace {

constexpr Option options[] = {
    {"--seed", "N", "1 if not given"},
    {"--policy", "NAME", "one of those that list names; holdfast if not given"},
    {"--wait", "", "shoppers wait for units from elsewhere, twice the longest round trip"},
    {"--help", "", "this"},
};

}  // namespace

int run_command(std::span<const std::string> words) {
  const auto arguments = Arguments::parse(words, options);
  if (!arguments) return usage_fault("run", arguments.error());
  if (arguments->has("--help")) {
    std::fputs(
        help_text("run SCENARIO|FILE.toml [OPTION ...]", "One scenario under one policy.", options).c_str(),
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
  const Job job{&*scenario, nullptr, policies->front(), seeds->first,
                arguments->has("--wait") ? Waiting::yes : Waiting::no};
  std::printf("seed %llu\n", static_cast<unsigned long long>(job.seed));
  std::fflush(stdout);
  const auto measures = measures_of(job);
  std::fputs(run_text({scenario->name, job.policy, job.seed, job.waiting == Waiting::yes, measures}).c_str(),
             stdout);
  if (measures.oversold_units == 0) return 0;
  std::printf("OVERSOLD; again: %s\n", command_of(job).c_str());
  return 1;
}

}  // namespace holdfast::sim
