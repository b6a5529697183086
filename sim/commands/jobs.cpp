#include "sim/commands/jobs.h"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <map>
#include <type_traits>

#include "base/assert.h"
#include "sim/commands/arguments.h"
#include "sim/fuzz/interrupts.h"
#include "text/in_shell.h"

namespace holdfast::sim {
namespace {

static_assert(std::is_trivially_copyable_v<Measures>, "it travels through a pipe as it is");

struct Child {
  std::size_t job = 0;
  int result = -1;  // the reading end of its pipe
};

// It ends with its parent, however that ends.
[[noreturn]] void be_child(const Job& job, pid_t parent, int result) {
  leave_interrupts_to_parent();
  if (::getppid() != parent) ::_exit(1);
  const auto measures = measures_of(job);
  const bool well = ::write(result, &measures, sizeof measures) == static_cast<ssize_t>(sizeof measures);
  ::_exit(well ? 0 : 1);
}

Child begin(const std::vector<Job>& jobs, std::size_t at, pid_t& pid) {
  int ends[2];
  HF_ASSERT(::pipe(ends) == 0);
  const pid_t parent = ::getpid();
  pid = ::fork();
  HF_ASSERT(pid >= 0);
  if (pid == 0) be_child(jobs[at], parent, ends[1]);
  ::close(ends[1]);
  return {at, ends[0]};
}

std::optional<Measures> result_of(const Child& child) {
  Measures measures;
  const bool whole =
      ::read(child.result, &measures, sizeof measures) == static_cast<ssize_t>(sizeof measures);
  ::close(child.result);
  return whole ? std::optional(measures) : std::nullopt;
}

void stop(pid_t pid, const Child& child) {
  ::kill(pid, SIGKILL);
  ::waitpid(pid, nullptr, 0);
  ::close(child.result);
}

}  // namespace

Measures measures_of(const Job& job, Spectator* spectator) {
  const MarketRun run{*job.scenario, job.policy, job.seed, job.waiting, {}, job.trace};
  return job.script ? run_script(run, *job.script, spectator) : run_market(run, spectator);
}

void show_progress(const Job& job, std::size_t done, std::size_t all) {
  if (::isatty(STDERR_FILENO) == 1)
    std::fprintf(stderr, "\r%zu of %zu  %s\x1b[K%s", done, all, in_words(job).c_str(),
                 done == all ? "\n" : "");
}

std::string in_words(const Job& job) {
  return job.scenario->name + " " + job.policy + (job.waiting == Waiting::yes ? " waiting" : "") + " seed " +
         std::to_string(job.seed);
}

std::string command_of(const Job& job) {
  if (!job.command.empty()) return job.command;
  const auto& scenario = *job.scenario;
  return "holdfast-sim run " + in_shell(scenario.file.empty() ? scenario.name : scenario.file) +
         " --policy " + job.policy + " --seed " + std::to_string(job.seed) +
         (job.waiting == Waiting::yes ? " --wait" : "");
}

Ended run_jobs(const std::vector<Job>& jobs, std::size_t at_once,
               const std::function<void(const Job&, std::size_t done)>& told) {
  const Interrupts interrupts;
  Ended ended{std::vector<std::optional<Measures>>(jobs.size()), false};
  std::map<pid_t, Child> children;
  std::size_t begun = 0, done = 0;
  while (done < jobs.size() && !interrupts.came()) {
    while (children.size() < at_once && begun < jobs.size()) {
      pid_t pid = 0;
      const auto child = begin(jobs, begun++, pid);
      children[pid] = child;
    }
    const auto one = children.find(::waitpid(-1, nullptr, 0));
    if (one == children.end()) continue;
    ended.results[one->second.job] = result_of(one->second);
    told(jobs[one->second.job], ++done);
    children.erase(one);
  }
  ended.interrupted = done < jobs.size();
  for (const auto& [pid, child] : children) stop(pid, child);
  if (ended.interrupted && ::isatty(STDERR_FILENO) == 1) std::fputs("\n", stderr);  // after the progress
  return ended;
}

}  // namespace holdfast::sim
