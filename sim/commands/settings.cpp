#include "sim/commands/settings.h"

#include <algorithm>
#include <cstdio>
#include <map>

#include "sim/policies/policies.h"
#include "sim/report/tables.h"
#include "sim/scenario/catalogue.h"
#include "text/nearest.h"
#include "text/whole.h"

namespace holdfast::sim {

Result<SeedRange, std::string> seeds_of(const Arguments& arguments) {
  if (const auto one = arguments.one("--seed")) {
    const auto seed = parse_whole(*one);
    if (!seed || *seed < 0) return failure("--seed: " + *one + " is not a whole number");
    return SeedRange{static_cast<std::uint64_t>(*seed), static_cast<std::uint64_t>(*seed)};
  }
  const auto range = arguments.one("--seeds");
  if (!range) return SeedRange{};
  const auto dash = range->find('-');
  const auto first = parse_whole(range->substr(0, dash));
  const auto last = dash == std::string::npos ? first : parse_whole(range->substr(dash + 1));
  if (!first || !last || *first < 0 || *last < *first)
    return failure("--seeds: " + *range + " is not A-B with A not above B");
  return SeedRange{static_cast<std::uint64_t>(*first), static_cast<std::uint64_t>(*last)};
}

Result<std::vector<std::string>, std::string> policies_of(const Arguments& arguments,
                                                          std::vector<std::string> otherwise) {
  std::vector<std::string> policies;
  for (const auto& given : arguments.all("--policy"))
    for (std::size_t from = 0; from <= given.size();) {
      const auto comma = std::min(given.find(',', from), given.size());
      const auto name = given.substr(from, comma - from);
      std::vector<std::string_view> known(policy_names.begin(), policy_names.end());
      known.insert(known.end(), bound_names.begin(), bound_names.end());
      if (std::ranges::find(known, name) == known.end())
        return failure("--policy: no policy " + name + did_you_mean(nearest(name, known)));
      if (std::ranges::find(policies, name) == policies.end()) policies.push_back(name);
      from = comma + 1;
    }
  return policies.empty() ? otherwise : policies;
}

Result<std::optional<std::uint64_t>, std::string> whole_of(const Arguments& arguments,
                                                           std::string_view option, std::uint64_t least,
                                                           std::uint64_t most) {
  const auto text = arguments.one(option);
  if (!text) return std::nullopt;
  const auto value = parse_whole(*text);
  if (value && *value >= 0 && static_cast<std::uint64_t>(*value) >= least &&
      static_cast<std::uint64_t>(*value) <= most)
    return static_cast<std::uint64_t>(*value);
  return failure(std::string(option) + ": " + *text + " is not a whole number from " + std::to_string(least) +
                 " to " + std::to_string(most));
}

std::string fault_kinds_text() {
  std::string text;
  for (std::size_t i = 0; i < fault_kinds; ++i)
    text += (i == 0 ? "" : ", ") + std::string(name(static_cast<FaultKind>(i)));
  return text;
}

Result<Restriction, std::string> restriction_of(const Arguments& arguments) {
  Restriction restriction;
  for (const auto& given : arguments.all("--without")) {
    std::size_t kind = 0;
    while (kind < fault_kinds && given != name(static_cast<FaultKind>(kind))) ++kind;
    if (kind == fault_kinds)
      return failure("--without: no kind of fault " + given + "; there are " + fault_kinds_text());
    restriction.without.insert(static_cast<FaultKind>(kind));
  }
  const auto percent = whole_of(arguments, "--duration-percent", 1, 1'000);
  if (!percent) return failure(percent.error());
  restriction.duration_percent = static_cast<int>(percent->value_or(100));
  return restriction;
}

Result<std::vector<std::uint64_t>, std::string> named_seeds(const Arguments& arguments) {
  std::vector<std::uint64_t> seeds;
  for (const auto& text : arguments.rest()) {
    const auto seed = parse_whole(text);
    if (!seed || *seed < 0) return failure(text + " is not a seed: a whole number");
    seeds.push_back(static_cast<std::uint64_t>(*seed));
  }
  if (seeds.empty()) return failure(std::string("name a seed, as fuzz prints them"));
  return seeds;
}

Result<Scenario, std::string> scenario_of(const std::string& name_or_file) {
  auto found = find_scenario(name_or_file);
  if (found.scenario) return *std::move(found.scenario);
  std::string text;
  for (const auto& fault : found.faults) text += (text.empty() ? "" : "\n") + fault;
  return failure(text);
}

std::vector<std::string> meant_by(const std::string& name_or_file) {
  std::vector<std::string> names;
  for (const auto& file : embedded_scenarios()) {
    if (file.name == name_or_file) return {name_or_file};
    const std::string prefix = name_or_file + "-";
    const auto rest = file.name.starts_with(prefix) ? file.name.substr(prefix.size()) : std::string_view();
    if (!rest.empty() && parse_whole(std::string(rest))) names.emplace_back(file.name);
  }
  return names.empty() ? std::vector{name_or_file} : names;
}

namespace {

// Files of one name, or of one that comes with the program, are called by their paths.
void tell_apart(std::vector<Scenario>& scenarios) {
  std::map<std::string, int> times;
  for (const auto& scenario : scenarios) ++times[scenario.name];
  for (auto& scenario : scenarios)
    if (times[scenario.name] > 1 && !scenario.file.empty()) scenario.name = scenario.file;
}

}  // namespace

Result<std::vector<Scenario>, std::string> scenarios_of(const Arguments& arguments) {
  std::vector<std::string> names;
  for (const auto& word : arguments.rest())
    for (auto& name : meant_by(word))
      if (std::ranges::find(names, name) == names.end()) names.push_back(std::move(name));
  if (names.empty())
    for (const auto& file : embedded_scenarios()) names.emplace_back(file.name);
  std::vector<Scenario> scenarios;
  for (const auto& name : names) {
    auto scenario = scenario_of(name);
    if (!scenario) return failure(scenario.error());
    scenarios.push_back(*std::move(scenario));
  }
  tell_apart(scenarios);
  return scenarios;
}

Result<std::vector<Waiting>, std::string> waiting_of(const Arguments& arguments,
                                                     const std::string& otherwise) {
  const auto given = arguments.one("--waiting").value_or(otherwise);
  if (given == "no") return std::vector{Waiting::no};
  if (given == "yes") return std::vector{Waiting::yes};
  if (given == "both") return std::vector{Waiting::no, Waiting::yes};
  return failure("--waiting: no, yes or both, not " + given);
}

Result<Output, std::string> output_of(const Arguments& arguments) {
  const auto format = arguments.one("-o").value_or("table");
  if (format != "table" && format != "json" && format != "csv")
    return failure("-o: table, json or csv, not " + format);
  const auto jobs = parse_whole(arguments.one("--jobs").value_or("2"));
  if (!jobs || *jobs < 1 || *jobs > 256) return failure(std::string("--jobs: 1 to 256"));
  return Output{format, static_cast<std::size_t>(*jobs)};
}

std::vector<Measured> measured(const std::vector<Job>& jobs,
                               const std::vector<std::optional<Measures>>& results) {
  std::vector<Measured> all;
  for (std::size_t i = 0; i < results.size(); ++i)
    if (const auto& job = jobs[i]; results[i])
      all.push_back({job.scenario->name, job.policy, job.seed, job.waiting == Waiting::yes, *results[i]});
  return all;
}

void print_results(const std::vector<Job>& jobs, const std::vector<std::optional<Measures>>& results,
                   const std::string& format) {
  const auto all = measured(jobs, results);
  const auto text = format == "json" ? json_text(all) : format == "csv" ? csv_text(all) : table_text(all);
  std::fputs(text.c_str(), stdout);
}

int print_failures(const std::vector<Job>& jobs, const Ended& ended) {
  std::fflush(stdout);
  int code = 0;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    const auto& result = ended.results[i];
    if (result ? result->oversold_units == 0 : ended.interrupted) continue;
    std::fprintf(stderr, "holdfast-sim: %s %s; again:\n%s\n", in_words(jobs[i]).c_str(),
                 result ? "OVERSOLD" : "died", command_of(jobs[i]).c_str());
    code = 1;
  }
  if (!ended.interrupted) return code;
  const auto done = jobs.size() - static_cast<std::size_t>(std::ranges::count_if(
                                      ended.results, [](const auto& one) { return !one; }));
  std::fprintf(stderr, "holdfast-sim: interrupted; %zu of %zu runs had ended by then\n", done, jobs.size());
  return code == 0 ? exit_interrupted : code;
}

void tell_seeds(const SeedRange& seeds) {
  const auto first = static_cast<unsigned long long>(seeds.first);
  if (seeds.first == seeds.last)
    std::printf("seed %llu\n", first);
  else
    std::printf("seeds %llu to %llu\n", first, static_cast<unsigned long long>(seeds.last));
  std::fflush(stdout);
}

int usage_fault(std::string_view command, const std::string& what) {
  std::fprintf(stderr, "holdfast-sim %s: %s\n", std::string(command).c_str(), what.c_str());
  return 2;
}

}  // namespace holdfast::sim
