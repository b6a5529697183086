// Jobs: many market runs, several at once, each in a process of its own: one run's memory is never another's,
// and a run that dies takes nothing with it.
#pragma once

#include <functional>
#include <vector>

#include "sim/market/market.h"

namespace holdfast::sim {

struct Job {
  const Scenario* scenario = nullptr;
  const Script* script = nullptr;  // null: drawn from the scenario
  std::string policy;
  std::uint64_t seed = 1;
  Waiting waiting = Waiting::no;
  std::FILE* trace = nullptr;
  std::string command = {};  // that runs it again; empty: `run` does
};
[[nodiscard]] std::string in_words(const Job& job);    // as it is told to people
[[nodiscard]] std::string command_of(const Job& job);  // that runs it again

[[nodiscard]] Measures measures_of(const Job& job, Spectator* spectator = nullptr);
void show_progress(const Job& job, std::size_t done, std::size_t all);  // on a terminal only

struct Ended {
  std::vector<std::optional<Measures>> results;  // of each job, in their order; nothing for one that died,
  bool interrupted = false;                      // or had not ended when somebody interrupted all
};
// `done`: after each, with how many.
[[nodiscard]] Ended run_jobs(const std::vector<Job>& jobs, std::size_t at_once,
                             const std::function<void(const Job&, std::size_t done)>& told);

}  // namespace holdfast::sim
