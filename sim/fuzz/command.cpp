#include "sim/fuzz/command.h"

#include <unistd.h>

#include <charconv>
#include <filesystem>
#include <optional>

#include "sim/fuzz/report.h"
#include "sim/fuzz/tally_file.h"

namespace holdfast::sim {

namespace {

// So many seeds reach everything that a seed may reach.
constexpr std::uint64_t seeds_that_reach_all = 500;
constexpr std::uint64_t seeds_before_a_release = 100'000;

struct Options {
  Seeds seeds{1, 100};
  std::optional<double> minutes;
  std::size_t jobs = 1;
  bool reached = false;
  std::string tally = std::filesystem::is_directory("build") ? "build/fuzz-tally.tsv" : "";  // empty: none
  Restriction restriction;
  std::vector<std::uint64_t> named;  // seeds
};

std::optional<std::uint64_t> parsed_number(const std::string& text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool leave_out(Restriction& restriction, const std::string& text) {
  for (std::size_t i = 0; i < static_cast<std::size_t>(FaultKind::count_); ++i)
    if (text == name(static_cast<FaultKind>(i)))
      return restriction.without.insert(static_cast<FaultKind>(i)).second;
  return false;
}

// False: it is not an option, or its value is not one.
bool take_option(Options& options, const std::string& option, const std::string& value) {
  if (option == "--tally") return !(options.tally = value).empty();
  if (option == "--without") return leave_out(options.restriction, value);
  const auto count = parsed_number(value);
  if (!count || *count == 0) return false;
  if (option == "--seeds")
    options.seeds.count = *count;
  else if (option == "--first-seed")
    options.seeds.first = *count;
  else if (option == "--minutes")
    options.minutes = static_cast<double>(*count);
  else if (option == "--jobs")
    options.jobs = *count;
  else if (option == "--duration-percent")
    options.restriction.duration_percent = static_cast<int>(*count);
  else
    return false;
  return true;
}

std::optional<Options> parse(const std::vector<std::string>& arguments) {
  Options options;
  options.jobs = static_cast<std::size_t>(std::max(1L, ::sysconf(_SC_NPROCESSORS_ONLN)));
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == "--reached") {
      options.reached = true;
    } else if (arguments[i] == "--no-tally") {
      options.tally.clear();
    } else if (const auto seed = parsed_number(arguments[i])) {
      options.named.push_back(*seed);
    } else if (i + 1 == arguments.size() || !take_option(options, arguments[i], arguments[i + 1])) {
      const bool has_value = i + 1 < arguments.size();
      std::fprintf(stderr, "holdfast-sim: %s%s%s: no such option, or no value that it may have\n",
                   arguments[i].c_str(), has_value ? " " : "", has_value ? arguments[i + 1].c_str() : "");
      return std::nullopt;
    } else {
      ++i;
    }
  }
  if (options.minutes) options.seeds.count = ~std::uint64_t{0} - options.seeds.first;
  return options;
}

int usage() {
  std::fputs(fuzz_usage, stderr);
  return 2;
}

bool is_sound(std::uint64_t seed, const Restriction& restriction) {
  return live_apart(seed, restriction, [](const std::string&) {});
}

// A run that passed, among all that passed with the same sources.
int note_passed(const Options& options, const std::string& commit, const Tally& tally) {
  if (options.tally.empty()) return 0;
  const TallyFile file(options.tally);
  const std::string left_out = in_words(options.restriction);
  if (const std::string why = file.add(commit, left_out, tally.passed()); !why.empty()) {
    std::fprintf(stderr, "holdfast-sim fuzz: %s\n", why.c_str());
    return 1;
  }
  std::printf("%llu different seeds have passed with commit %s, towards %llu (%s)\n",
              static_cast<unsigned long long>(file.total(commit, left_out)), commit.c_str(),
              static_cast<unsigned long long>(seeds_before_a_release), options.tally.c_str());
  return 0;
}

}  // namespace

int fuzz_command(const std::vector<std::string>& arguments) {
  const auto options = parse(arguments);
  if (!options || !options->named.empty()) return usage();
  if (options->minutes)
    std::printf("seeds from %llu, for %.0f minutes\n", static_cast<unsigned long long>(options->seeds.first),
                *options->minutes);
  else
    std::printf("seeds %llu to %llu\n", static_cast<unsigned long long>(options->seeds.first),
                static_cast<unsigned long long>(options->seeds.first + options->seeds.count - 1));
  const std::string commit = commit_of_this_build();  // now: in hours another may be checked out
  const double began = wall_seconds();
  Tally tally;
  std::optional<std::uint64_t> failed;
  const auto seconds_max = options->minutes ? std::optional(*options->minutes * 60) : std::nullopt;
  run_seeds(options->seeds, options->restriction, options->jobs, seconds_max, [&](const Result& result) {
    if (result.sound)
      tally.add(result);
    else
      failed = result.seed;
    return result.sound;
  });
  tally.print(wall_seconds() - began, options->jobs);
  if (options->reached) tally.print_reached();
  if (failed) {
    std::printf("seed %llu failed, after %llu that did not\n", static_cast<unsigned long long>(*failed),
                static_cast<unsigned long long>(tally.seeds()));
    print_failure(*failed, options->restriction);
    return 1;
  }
  if (tally.seeds() >= seeds_that_reach_all && !tally.reached_enough()) return 1;
  return note_passed(*options, commit, tally);
}

int replay_command(const std::vector<std::string>& arguments) {
  const auto options = parse(arguments);
  if (!options || options->named.empty()) return usage();
  bool sound = true;
  for (const std::uint64_t seed : options->named) {
    const bool lived = live_apart(seed, options->restriction,
                                  [](const std::string& line) { std::fputs(line.c_str(), stdout); });
    std::printf("seed %llu is %s\n", static_cast<unsigned long long>(seed), lived ? "sound" : "not sound");
    sound = sound && lived;
  }
  return sound ? 0 : 1;
}

// Leaves out one kind of fault after another, then shortens the run, as long as it still fails.
int shrink_command(const std::vector<std::string>& arguments) {
  const auto options = parse(arguments);
  if (!options || options->named.size() != 1) return usage();
  const std::uint64_t seed = options->named.front();
  Restriction least = options->restriction;
  if (is_sound(seed, least)) {
    std::printf("seed %llu is sound\n", static_cast<unsigned long long>(seed));
    return 0;
  }
  for (std::size_t i = 0; i < static_cast<std::size_t>(FaultKind::count_); ++i) {
    Restriction fewer = least;
    fewer.without.insert(static_cast<FaultKind>(i));
    if (!is_sound(seed, fewer)) least = fewer;
  }
  for (const int percent : {70, 50, 35, 25, 15, 10, 5}) {
    Restriction shorter = least;
    shorter.duration_percent = percent;
    if (!is_sound(seed, shorter)) least = shorter;
  }
  print_failure(seed, least);
  return 1;
}

}  // namespace holdfast::sim
