// One seed again: in words, or with less of it.
#include <cstdio>

#include "sim/commands/commands.h"
#include "sim/commands/settings.h"
#include "sim/fuzz/report.h"

namespace holdfast::sim {
namespace {

constexpr Option replay_options[] = {
    {"--without", "KIND", "leaves out a kind of fault; may be repeated"},
    {"--duration-percent", "P", "of the time in which anything may break; 100 if not given"},
    {"--help", "", "this"},
};

struct Asked {
  std::vector<std::uint64_t> seeds;
  Restriction restriction;
};

Result<Asked, std::string> asked_of(const Arguments& arguments) {
  auto seeds = named_seeds(arguments);
  if (!seeds) return failure(seeds.error());
  auto restriction = restriction_of(arguments);
  if (!restriction) return failure(restriction.error());
  return Asked{*std::move(seeds), *std::move(restriction)};
}

int print_help(std::string_view usage, std::string_view what) {
  std::printf("%s\n  KIND: %s\n", help_text(usage, what, replay_options).c_str(), fault_kinds_text().c_str());
  return 0;
}

bool is_sound(std::uint64_t seed, const Restriction& restriction) {
  return live_apart(seed, restriction, [](const std::string&) {});
}

void print_verdict(std::uint64_t seed, bool sound) {
  std::printf("seed %llu is %s\n", static_cast<unsigned long long>(seed), sound ? "sound" : "not sound");
}

// The least that still fails: without one kind of fault after another, then shorter.
Restriction shrink(std::uint64_t seed, Restriction least) {
  for (std::size_t i = 0; i < fault_kinds; ++i) {
    Restriction fewer = least;
    fewer.without.insert(static_cast<FaultKind>(i));
    if (!is_sound(seed, fewer)) least = fewer;
  }
  for (const int percent : {70, 50, 35, 25, 15, 10, 5}) {
    Restriction shorter = least;
    shorter.duration_percent = percent;
    if (percent < least.duration_percent && !is_sound(seed, shorter)) least = shorter;
  }
  return least;
}

}  // namespace

int replay_command(std::span<const std::string> words) {
  const auto arguments = Arguments::parse(words, replay_options);
  if (!arguments) return usage_fault("replay", arguments.error());
  if (arguments->has("--help"))
    return print_help("replay SEED ... [OPTION ...]",
                      "Every event of these seeds' worlds, and what was violated.");
  const auto asked = asked_of(*arguments);
  if (!asked) return usage_fault("replay", asked.error());
  bool all_sound = true;
  for (const std::uint64_t seed : asked->seeds) {
    const bool sound = live_apart(seed, asked->restriction,
                                  [](const std::string& line) { std::fputs(line.c_str(), stdout); });
    print_verdict(seed, sound);
    all_sound = all_sound && sound;
  }
  return all_sound ? 0 : 1;
}

int shrink_command(std::span<const std::string> words) {
  const auto arguments = Arguments::parse(words, replay_options);
  if (!arguments) return usage_fault("shrink", arguments.error());
  if (arguments->has("--help"))
    return print_help(
        "shrink SEED [OPTION ...]",
        "Leaves out one kind of fault after another, then shortens the time in which anything may\n"
        "break, as long as the seed still fails.");
  const auto asked = asked_of(*arguments);
  if (!asked) return usage_fault("shrink", asked.error());
  if (asked->seeds.size() != 1) return usage_fault("shrink", "one seed at a time");
  const std::uint64_t seed = asked->seeds.front();
  if (is_sound(seed, asked->restriction)) return print_verdict(seed, true), 0;
  print_failure(seed, shrink(seed, asked->restriction));
  return 1;
}

}  // namespace holdfast::sim
