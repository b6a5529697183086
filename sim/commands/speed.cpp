// How much faster than time the shipped node's scenarios run, while their shops are open. Counted is the
// processor's time, which the one thread of a run has to itself on a quiet machine.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <ctime>

#include "base/assert.h"
#include "sim/commands/commands.h"
#include "sim/commands/settings.h"
#include "sim/scenario/catalogue.h"
#include "sim/scratch.h"

namespace holdfast::sim {
namespace {

constexpr Option speed_options[] = {
    {"--seed", "N", "1 if not given"},
    {"--help", "", "this"},
};

struct Way {
  std::string_view name;
  NodeSetting node;
};
constexpr Way ways[] = {
    {"in memory", {}},
    {"invariants", {.checks_all_invariants = true}},
    {"SQLite", {.ledger = LedgerKind::sqlite}},
};
// Looks at the clock with each sample.
class Stopwatch final : public Spectator {
 public:
  void sample(Micros since_open, StockPolicy&) override {
    last_ = {since_open, std::clock()};
    if (!begun_) begun_ = last_;
  }

  // Simulated seconds a second.
  [[nodiscard]] double speed() const {
    const auto simulated = std::chrono::duration<double>(last_.simulated - begun_->simulated).count();
    const auto took = static_cast<double>(last_.used - begun_->used) / CLOCKS_PER_SEC;
    return took > 0 ? simulated / took : 0;
  }

 private:
  struct Moment {
    Micros simulated{0};
    std::clock_t used = 0;
  };
  std::optional<Moment> begun_;
  Moment last_;
};

constexpr rlim_t seconds_max = 60;  // of the processor's time

// In a process of its own, which is ended where it takes too long; then nothing.
std::optional<double> measured(const MarketRun& run) {
  int ends[2];
  HF_ASSERT(::pipe(ends) == 0);
  const pid_t child = ::fork();
  HF_ASSERT(child >= 0);
  if (child == 0) {
    const rlimit most{seconds_max, seconds_max};
    ::setrlimit(RLIMIT_CPU, &most);
    Stopwatch stopwatch;
    static_cast<void>(run_market(run, &stopwatch));
    const double speed = stopwatch.speed();
    ::_exit(::write(ends[1], &speed, sizeof speed) == sizeof speed ? 0 : 1);
  }
  ::close(ends[1]);
  double speed = 0;
  const bool came = ::read(ends[0], &speed, sizeof speed) == sizeof speed;
  ::close(ends[0]);
  ::waitpid(child, nullptr, 0);
  Scratch::remove_those_of(child);
  return came ? std::optional(speed) : std::nullopt;
}

void print_speeds(const Scenario& scenario, std::uint64_t seed) {
  std::printf("%-16s", scenario.name.c_str());
  for (const auto& way : ways) {
    std::fflush(stdout);  // also for the child, which would print it again
    const auto speed = measured({scenario, "holdfast", seed, Waiting::no, way.node});
    speed ? std::printf(" %12.0f", *speed) : std::printf(" %12s", "-");
  }
  std::printf("\n");
}

}  // namespace

int speed_command(std::span<const std::string> words) {
  const auto arguments = Arguments::parse(words, speed_options);
  if (!arguments) return usage_fault("speed", arguments.error());
  if (arguments->has("--help"))
    return std::fputs(
               help_text(
                   "speed [SCENARIO|FILE.toml ...] [OPTION ...]",
                   "Simulated seconds a second of the shipped node, while the shop is open: with ledgers in\n"
                   "memory, with every invariant checked after every step, and with ledgers on SQLite.\n"
                   "A dash: it would have taken more than a minute of the processor's time.",
                   speed_options)
                   .c_str(),
               stdout),
           0;
  const auto scenarios = scenarios_of(*arguments);
  if (!scenarios) return usage_fault("speed", scenarios.error());
  const auto seeds = seeds_of(*arguments);
  if (!seeds) return usage_fault("speed", seeds.error());
  tell_seeds({seeds->first, seeds->first});
  std::printf("%-16s", "");
  for (const auto& way : ways) std::printf(" %12s", std::string(way.name).c_str());
  std::printf("\n");
  for (const auto& scenario : *scenarios) print_speeds(scenario, seeds->first);
  return 0;
}

}  // namespace holdfast::sim
