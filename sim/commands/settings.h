// What several subcommands take alike, read from their arguments. A fault is one line for people.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "sim/commands/arguments.h"
#include "sim/commands/jobs.h"
#include "sim/report/tables.h"
#include "sim/scenario/scenario.h"
#include "sim/swarm/plan.h"

namespace holdfast::sim {

struct SeedRange {
  std::uint64_t first = 1, last = 1;
};
// From --seed N or --seeds A-B; 1 if neither is given.
[[nodiscard]] Result<SeedRange, std::string> seeds_of(const Arguments& arguments);
// From --policy, repeated or with commas, each once; `otherwise` if none is given.
[[nodiscard]] Result<std::vector<std::string>, std::string> policies_of(const Arguments& arguments,
                                                                        std::vector<std::string> otherwise);
// From an option with a whole number; nothing if it is not given.
[[nodiscard]] Result<std::optional<std::uint64_t>, std::string> whole_of(const Arguments& arguments,
                                                                         std::string_view option,
                                                                         std::uint64_t least,
                                                                         std::uint64_t most);
// The kinds of fault that --without takes, with commas.
[[nodiscard]] std::string fault_kinds_text();
// From --without, which may be repeated, and --duration-percent.
[[nodiscard]] Result<Restriction, std::string> restriction_of(const Arguments& arguments);
// The seeds that are named, one at least.
[[nodiscard]] Result<std::vector<std::uint64_t>, std::string> named_seeds(const Arguments& arguments);
// A name of the catalogue or a file.
[[nodiscard]] Result<Scenario, std::string> scenario_of(const std::string& name_or_file);
// What a name stands for: last-unit for last-unit-2, last-unit-5 and last-unit-16; most for themselves.
[[nodiscard]] std::vector<std::string> meant_by(const std::string& name_or_file);
// Those that are named, each once, or all that come with the program. Their names differ.
[[nodiscard]] Result<std::vector<Scenario>, std::string> scenarios_of(const Arguments& arguments);

// From --waiting no|yes|both.
[[nodiscard]] Result<std::vector<Waiting>, std::string> waiting_of(const Arguments& arguments,
                                                                   const std::string& otherwise);

struct Output {
  std::string format;       // table, json or csv
  std::size_t at_once = 2;  // runs
};
// From -o and --jobs.
[[nodiscard]] Result<Output, std::string> output_of(const Arguments& arguments);
// The measures of those that did not die, for a report.
[[nodiscard]] std::vector<Measured> measured(const std::vector<Job>& jobs,
                                             const std::vector<std::optional<Measures>>& results);
// First of all, before a table.
void tell_seeds(const SeedRange& seeds);
// On stdout, of those that did not die.
void print_results(const std::vector<Job>& jobs, const std::vector<std::optional<Measures>>& results,
                   const std::string& format);
inline constexpr int exit_interrupted = 130;
// On stderr, last of all, each with the command that does it again; the exit code.
int print_failures(const std::vector<Job>& jobs, const Ended& ended);

// On stderr, after the program's and the command's names; returns exit code 2.
int usage_fault(std::string_view command, const std::string& what);

}  // namespace holdfast::sim
