#include <unistd.h>

#include <cstdio>

#include "sim/commands/commands.h"
#include "sim/commands/jobs.h"
#include "sim/commands/settings.h"
#include "sim/policies/policies.h"
#include "sim/report/tables.h"
#include "sim/scenario/catalogue.h"
#include "text/whole.h"

namespace holdfast::sim {
namespace {

constexpr Option options[] = {
    {"--policy", "NAME", "which policies, repeated or with commas; all if not given"},
    {"--seed", "N", "1 if not given"},
    {"--seeds", "A-B", "several, which the table averages"},
    {"--waiting", "WHICH", "no, yes or both: do shoppers wait for units from elsewhere? both if not given"},
    {"-o", "FORMAT", "table, json or csv"},
    {"--jobs", "N", "runs at once; 2 if not given"},
    {"--help", "", "this"},
};

struct Plan {
  std::vector<Scenario> scenarios;
  std::vector<Job> jobs;
  std::string format = "table";
  std::size_t at_once = 2;
};

std::string take_format(const Arguments& arguments, Plan& plan) {
  plan.format = arguments.one("-o").value_or(plan.format);
  if (plan.format != "table" && plan.format != "json" && plan.format != "csv")
    return "-o: table, json or csv, not " + plan.format;
  const auto jobs = parse_whole(arguments.one("--jobs").value_or("2"));
  if (!jobs || *jobs < 1 || *jobs > 256) return "--jobs: 1 to 256";
  plan.at_once = static_cast<std::size_t>(*jobs);
  return {};
}

std::string take_scenarios(const Arguments& arguments, Plan& plan) {
  auto names = arguments.rest();
  if (names.empty())
    for (const auto& file : embedded_scenarios()) names.emplace_back(file.name);
  for (const auto& name : names) {
    auto scenario = scenario_of(name);
    if (!scenario) return scenario.error();
    plan.scenarios.push_back(*std::move(scenario));
  }
  return {};
}

std::string take_jobs(const Arguments& arguments, Plan& plan) {
  const auto policies = policies_of(arguments, {policy_names.begin(), policy_names.end()});
  if (!policies) return policies.error();
  const auto seeds = seeds_of(arguments);
  if (!seeds) return seeds.error();
  const auto waiting = arguments.one("--waiting").value_or("both");
  if (waiting != "no" && waiting != "yes" && waiting != "both")
    return "--waiting: no, yes or both, not " + waiting;
  for (const auto& scenario : plan.scenarios)
    for (const auto& policy : *policies)
      for (const auto wait : {Waiting::no, Waiting::yes})
        for (auto seed = seeds->first; seed <= seeds->last; ++seed)
          if (waiting == "both" || (waiting == "yes") == (wait == Waiting::yes))
            plan.jobs.push_back({&scenario, policy, seed, wait});
  return {};
}

void show_progress(const Job& job, std::size_t done, std::size_t all) {
  if (::isatty(STDERR_FILENO) == 1)
    std::fprintf(stderr, "\r%zu of %zu  %s\x1b[K%s", done, all, in_words(job).c_str(),
                 done == all ? "\n" : "");
}

int print(const Plan& plan, const std::vector<std::optional<Measures>>& results) {
  std::vector<Measured> measured;
  int code = 0;
  for (std::size_t i = 0; i < results.size(); ++i) {
    const auto& job = plan.jobs[i];
    if (results[i])
      measured.push_back(
          {job.scenario->name, job.policy, job.seed, job.waiting == Waiting::yes, *results[i]});
    if (results[i] && results[i]->oversold_units == 0) continue;
    std::fprintf(stderr, "holdfast-sim: %s %s; again: %s\n", in_words(job).c_str(),
                 results[i] ? "OVERSOLD" : "died", command_of(job).c_str());
    code = 1;
  }
  const auto text = plan.format == "json"  ? json_text(measured)
                    : plan.format == "csv" ? csv_text(measured)
                                           : table_text(measured);
  std::fputs(text.c_str(), stdout);
  return code;
}

}  // namespace

int compare_command(std::span<const std::string> words) {
  const auto arguments = Arguments::parse(words, options);
  if (!arguments) return usage_fault("compare", arguments.error());
  if (arguments->has("--help")) {
    std::fputs(help_text("compare [SCENARIO|FILE.toml ...] [OPTION ...]",
                         "Policies side by side on scenarios; on all of both if none are named.", options)
                   .c_str(),
               stdout);
    return 0;
  }
  Plan plan;
  for (auto* take : {take_format, take_scenarios, take_jobs})
    if (const auto fault = take(*arguments, plan); !fault.empty()) return usage_fault("compare", fault);
  const auto results = run_jobs(plan.jobs, plan.at_once, [&plan](const Job& job, std::size_t done) {
    show_progress(job, done, plan.jobs.size());
  });
  return print(plan, results);
}

}  // namespace holdfast::sim
