#include "sim/fuzz/report.h"

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <string_view>

namespace holdfast::sim {

namespace {

constexpr std::size_t lines_of_each = 30;

// What this world is not made to reach.
constexpr std::array<std::string_view, 1> out_of_reach{
    "refusal draining",  // nobody stops a daemon gently
};

struct Least {
  const char* what;
  std::uint64_t SwarmStats::*sum;
  std::uint64_t per_seed;
};
constexpr std::array least{
    Least{"sales", &SwarmStats::sales, 300},
    Least{"crashes", &SwarmStats::crashes, 3},
    Least{"cuts", &SwarmStats::cuts, 3},
    Least{"transfers", &SwarmStats::transfers, 20},
};

std::string who_of(const std::string& line) {
  const std::size_t from = line.find_first_not_of(' ', line.find("  ", 6));
  return from == std::string::npos ? "" : line.substr(from, line.find(' ', from) - from);
}

}  // namespace

void Tally::add(const Life& life) {
  passed_.insert(life.seed);
  Speed& speed = life.stats.with_sqlite > 0 ? sqlite_ : memory_;
  ++speed.seeds;
  speed.simulated_seconds += static_cast<double>(life.stats.simulated.count()) / 1e6;
  speed.wall_seconds += life.wall_seconds;
  stats_ += life.stats;
  reached_ += life.reached;
  trace_hash_ += life.trace_hash * (2 * life.seed + 1);
}

void Tally::Speed::print(const char* kind) const {
  if (seeds == 0) return;
  std::printf("%10llu with ledgers %s: a process simulates %.0f times as fast as time\n",
              static_cast<unsigned long long>(seeds), kind, simulated_seconds / std::max(wall_seconds, 1e-9));
}

void Tally::print(double wall_seconds, std::size_t jobs) const {
  const double simulated = static_cast<double>(stats_.simulated.count()) / 1e6;
  std::printf(
      "%llu seeds, %.0f s simulated in %.1f s by %zu processes: %.0f times as fast as time, %.0f each\n",
      static_cast<unsigned long long>(seeds()), simulated, wall_seconds, jobs, simulated / wall_seconds,
      simulated / wall_seconds / static_cast<double>(jobs));
  memory_.print("in memory");
  sqlite_.print("on SQLite");
  for (const Least& figure : least)
    std::printf(
        "%-10s %8.1f a seed\n", figure.what,
        static_cast<double>(stats_.*figure.sum) / static_cast<double>(std::max<std::uint64_t>(seeds(), 1)));
  std::printf("trace hash %016llx\n", static_cast<unsigned long long>(trace_hash_));
}

bool Tally::reached_enough() const {
  bool enough = true;
  for (const Reached::Entry& entry : reached_.entries()) {
    if (entry.times > 0 || std::ranges::find(out_of_reach, entry.name) != out_of_reach.end()) continue;
    std::printf("never reached: %s\n", entry.name.c_str());
    enough = false;
  }
  for (const Least& figure : least) {
    if (stats_.*figure.sum >= figure.per_seed * seeds()) continue;
    std::printf("too few %s: %llu a seed are wanted\n", figure.what,
                static_cast<unsigned long long>(figure.per_seed));
    enough = false;
  }
  return enough;
}

void Tally::print_reached() const {
  for (const Reached::Entry& entry : reached_.entries())
    std::printf("%12llu  %s\n", static_cast<unsigned long long>(entry.times), entry.name.c_str());
}

std::string options_text(const Restriction& restriction) {
  std::string text;
  for (const FaultKind kind : restriction.without) text += std::string(" --without ") + name(kind);
  if (restriction.duration_percent != 100)
    text += " --duration-percent " + std::to_string(restriction.duration_percent);
  return text;
}

std::string replay_command(std::uint64_t seed, const Restriction& restriction) {
  return "holdfast-sim replay " + std::to_string(seed) + options_text(restriction);
}

void print_failure(std::uint64_t seed, const Restriction& restriction) {
  std::vector<std::string> lines;
  const bool sound =
      live_apart(seed, restriction, [&](std::string line) { lines.push_back(std::move(line)); });
  std::map<std::string, std::size_t> left;
  std::deque<std::string> shown;
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
    const bool is_event = line->starts_with(" ") || (!line->empty() && std::isdigit((*line)[0]));
    if (!is_event || left[who_of(*line)]++ < lines_of_each) shown.push_front(*line);
  }
  for (const std::string& line : shown) std::fputs(line.c_str(), stdout);
  if (sound) std::printf("it was sound this time: the run depends on more than its seed\n");
  std::printf("%s\n", replay_command(seed, restriction).c_str());
}

}  // namespace holdfast::sim
