#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "sim/commands/commands.h"
#include "sim/commands/settings.h"
#include "sim/fuzz/report.h"
#include "sim/fuzz/tally_file.h"

namespace holdfast::sim {
namespace {

// So many seeds reach everything that a seed may reach.
constexpr std::uint64_t seeds_that_reach_all = 500;
constexpr std::uint64_t seeds_before_a_release = 100'000;
constexpr std::uint64_t seeds_max = 1'000'000'000'000;

constexpr Option fuzz_options[] = {
    {"--seeds", "N", "how many; 100 if not given"},
    {"--first-seed", "N", "1 if not given"},
    {"--minutes", "M", "as many seeds as are lived through in that time, in place of --seeds"},
    {"--jobs", "N", "processes at once; one for each processor if not given"},
    {"--without", "KIND", "leaves out a kind of fault; may be repeated"},
    {"--duration-percent", "P", "of the time in which anything may break; 100 if not given"},
    {"--reached", "", "how often each event, message, refusal and record was reached"},
    {"--tally", "FILE", "where seeds that passed are noted; build/fuzz-tally.tsv, where there is a build"},
    {"--no-tally", "", "nowhere"},
    {"--help", "", "this"},
};

struct Settings {
  Seeds seeds;
  std::optional<double> seconds;
  std::size_t jobs = 1;
  bool reached = false;
  std::string tally;  // empty: none
  Restriction restriction;
};

std::string tally_of(const Arguments& arguments) {
  if (arguments.has("--no-tally")) return "";
  return arguments.one("--tally").value_or(std::filesystem::is_directory("build") ? "build/fuzz-tally.tsv"
                                                                                  : "");
}

Result<Settings, std::string> settings_of(const Arguments& arguments) {
  if (!arguments.rest().empty())
    return failure(arguments.rest().front() + ": not an option; one seed is holdfast-sim replay SEED");
  const auto first = whole_of(arguments, "--first-seed", 0, seeds_max);
  if (!first) return failure(first.error());
  const auto count = whole_of(arguments, "--seeds", 1, seeds_max);
  if (!count) return failure(count.error());
  const auto minutes = whole_of(arguments, "--minutes", 1, 1'000'000);
  if (!minutes) return failure(minutes.error());
  const auto jobs = whole_of(arguments, "--jobs", 1, 256);
  if (!jobs) return failure(jobs.error());
  const auto restriction = restriction_of(arguments);
  if (!restriction) return failure(restriction.error());
  Settings settings;
  settings.seeds = {first->value_or(1), *minutes ? seeds_max : count->value_or(100)};
  if (*minutes) settings.seconds = static_cast<double>(**minutes) * 60;
  settings.jobs = static_cast<std::size_t>(jobs->value_or(std::max(1L, ::sysconf(_SC_NPROCESSORS_ONLN))));
  settings.reached = arguments.has("--reached");
  settings.tally = tally_of(arguments);
  settings.restriction = *restriction;
  return settings;
}

void print_seeds(const Settings& settings) {
  const auto first = static_cast<unsigned long long>(settings.seeds.first);
  if (settings.seconds)
    std::printf("seeds from %llu, for %.0f minutes\n", first, *settings.seconds / 60);
  else
    std::printf("seeds %llu to %llu\n", first, first + settings.seeds.count - 1);
}

// A run that passed, among all that passed with the same sources.
int note_passed(const Settings& settings, const std::string& commit, const Tally& tally) {
  if (settings.tally.empty()) return 0;
  const TallyFile file(settings.tally);
  const std::string left_out = in_words(settings.restriction);
  if (const std::string why = file.add(commit, left_out, tally.passed()); !why.empty()) {
    std::fprintf(stderr, "holdfast-sim fuzz: %s\n", why.c_str());
    return 1;
  }
  std::printf("%llu different seeds have passed with commit %s, towards %llu (%s)\n",
              static_cast<unsigned long long>(file.total(commit, left_out)), commit.c_str(),
              static_cast<unsigned long long>(seeds_before_a_release), settings.tally.c_str());
  return 0;
}

int fuzz(const Settings& settings) {
  const std::string commit = commit_of_this_build();  // now: in hours another may be checked out
  // A night's work is not done to find then that it can be noted nowhere.
  if (!settings.tally.empty())
    if (const std::string why = TallyFile(settings.tally).add(commit, "", {}); !why.empty())
      return usage_fault("fuzz", why);
  print_seeds(settings);
  const double began = wall_seconds();
  Tally tally;
  std::optional<std::uint64_t> failed;
  const bool to_the_end =
      run_seeds(settings.seeds, settings.restriction, settings.jobs, settings.seconds, [&](const Life& life) {
        if (life.sound)
          tally.add(life);
        else
          failed = life.seed;
        return life.sound;
      });
  tally.print(wall_seconds() - began, settings.jobs);
  if (settings.reached) tally.print_reached();
  if (failed) {
    std::printf("seed %llu failed, after %llu that did not\n", static_cast<unsigned long long>(*failed),
                static_cast<unsigned long long>(tally.seeds()));
    print_failure(*failed, settings.restriction);
    return 1;
  }
  if (!to_the_end) {
    std::printf("interrupted; the %llu seeds that ended by then passed\n",
                static_cast<unsigned long long>(tally.seeds()));
    static_cast<void>(note_passed(settings, commit, tally));
    return exit_interrupted;
  }
  if (tally.seeds() >= seeds_that_reach_all && !tally.reached_enough()) return 1;
  return note_passed(settings, commit, tally);
}

}  // namespace

int fuzz_command(std::span<const std::string> words) {
  const auto arguments = Arguments::parse(words, fuzz_options);
  if (!arguments) return usage_fault("fuzz", arguments.error());
  if (arguments->has("--help")) {
    const auto help = help_text(
        "fuzz [OPTION ...]",
        "Worlds drawn from seeds, in which anything may break; what must hold is checked.", fuzz_options);
    std::printf("%s\n  KIND: %s\n", help.c_str(), fault_kinds_text().c_str());
    return 0;
  }
  const auto settings = settings_of(*arguments);
  if (!settings) return usage_fault("fuzz", settings.error());
  return fuzz(*settings);
}

}  // namespace holdfast::sim
