#include <cstdio>

#include "sim/commands/commands.h"
#include "sim/commands/jobs.h"
#include "sim/commands/settings.h"
#include "sim/policies/policies.h"

namespace holdfast::sim {
namespace {

constexpr Option compare_options[] = {
    {"--policy", "NAME", "which policies, repeated or with commas; all but bounds if not given"},
    {"--seed", "N", "1 if not given"},
    {"--seeds", "A-B", "several: the table has the median of each figure, and the worst"},
    {"--waiting", "WHICH", "no, yes or both: do shoppers wait for units from elsewhere? both if not given"},
    {"-o", "FORMAT", "table, json or csv"},
    {"--jobs", "N", "runs at once; 2 if not given"},
    {"--help", "", "this"},
};

struct Comparison {
  std::vector<Scenario> scenarios;
  std::vector<Job> jobs;
  SeedRange seeds;
  Output output;
};

std::string take_scenarios(const Arguments& arguments, Comparison& plan) {
  auto scenarios = scenarios_of(arguments);
  if (!scenarios) return scenarios.error();
  plan.scenarios = *std::move(scenarios);
  return {};
}

std::string take_jobs(const Arguments& arguments, Comparison& plan) {
  const auto policies = policies_of(arguments, {policy_names.begin(), policy_names.end()});
  if (!policies) return policies.error();
  const auto seeds = seeds_of(arguments);
  if (!seeds) return seeds.error();
  plan.seeds = *seeds;
  const auto waiting = waiting_of(arguments, "both");
  if (!waiting) return waiting.error();
  for (const auto& scenario : plan.scenarios)
    for (const auto& policy : *policies)
      for (const auto wait : *waiting)
        for (auto seed = seeds->first; seed <= seeds->last; ++seed)
          plan.jobs.push_back({&scenario, nullptr, policy, seed, wait});
  return {};
}

}  // namespace

int compare_command(std::span<const std::string> words) {
  const auto arguments = Arguments::parse(words, compare_options);
  if (!arguments) return usage_fault("compare", arguments.error());
  if (arguments->has("--help")) {
    std::fputs(
        help_text("compare [SCENARIO|FILE.toml ...] [OPTION ...]",
                  "Policies side by side on scenarios; on all of both if none are named.", compare_options)
            .c_str(),
        stdout);
    return 0;
  }
  Comparison plan;
  const auto output = output_of(*arguments);
  if (!output) return usage_fault("compare", output.error());
  plan.output = *output;
  for (auto* take : {take_scenarios, take_jobs})
    if (const auto fault = take(*arguments, plan); !fault.empty()) return usage_fault("compare", fault);
  if (plan.output.format == "table") tell_seeds(plan.seeds);
  const auto ended = run_jobs(plan.jobs, plan.output.at_once, [&plan](const Job& job, std::size_t done) {
    show_progress(job, done, plan.jobs.size());
  });
  print_results(plan.jobs, ended.results, plan.output.format);
  return print_failures(plan.jobs, ended);
}

}  // namespace holdfast::sim
