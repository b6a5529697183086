#include "sim/fuzz/workers.h"

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <map>

#include "base/assert.h"
#include "sim/fuzz/interrupts.h"
#include "sim/scratch.h"

namespace holdfast::sim {

namespace {

struct Worker {
  std::uint64_t next = 0;   // the first seed that it has not begun
  std::uint64_t begun = 0;  // the last one that it said it begins
  bool in_it = false;
};

// 0 in the child, which does not outlive its parent.
pid_t fork_child() {
  std::fflush(nullptr);
  const pid_t child = ::fork();
  HF_ASSERT(child >= 0);
  if (child == 0) leave_interrupts_to_parent();
  return child;
}

void tell(int to, const Life& life) {
  if (::write(to, &life, sizeof life) != static_cast<ssize_t>(sizeof life)) ::_exit(1);
}

[[noreturn]] void work(int to, std::uint64_t from, std::uint64_t end, std::size_t stride,
                       const Restriction& restriction) {
  for (std::uint64_t seed = from; seed < end; seed += stride) {
    Life begins;
    begins.seed = seed;
    begins.began = true;
    tell(to, begins);
    const double began = wall_seconds();
    Life life = live_through(seed, restriction, nullptr);
    life.wall_seconds = wall_seconds() - began;
    tell(to, life);
  }
  ::_exit(0);
}

}  // namespace

Life live_through(std::uint64_t seed, const Restriction& restriction, std::FILE* lines) {
  Swarm swarm(seed, restriction, lines);
  if (lines != nullptr)
    std::fprintf(lines, "seed %llu: %s\n", static_cast<unsigned long long>(seed),
                 in_words(swarm.plan()).c_str());
  swarm.live();
  if (lines != nullptr)
    for (const Violation& violation : swarm.verdict().violations())
      std::fprintf(lines, "VIOLATED %s %s\n", violation.oracle.c_str(), violation.what.c_str());
  return {.seed = seed,
          .began = false,
          .sound = swarm.verdict().sound(),
          .trace_hash = swarm.trace().hash(),
          .wall_seconds = 0,
          .stats = swarm.stats(),
          .reached = swarm.reached()};
}

bool run_seeds(const Seeds& seeds, const Restriction& restriction, std::size_t jobs,
               std::optional<double> seconds_max, const std::function<bool(const Life&)>& take) {
  const Interrupts interrupts;
  const double began = wall_seconds();
  const std::uint64_t end = seeds.first + seeds.count;
  int ends[2];
  HF_ASSERT(::pipe(ends) == 0);
  std::map<pid_t, Worker> workers;
  const auto start = [&](std::uint64_t from) {
    if (from >= end) return;
    const pid_t child = fork_child();
    if (child == 0) {
      ::close(ends[0]);
      work(ends[1], from, end, jobs, restriction);
    }
    workers[child] = {.next = from, .begun = from, .in_it = false};
  };
  for (std::size_t job = 0; job < jobs; ++job) start(seeds.first + job);

  bool go_on = true;
  const auto take_all = [&] {
    for (pollfd readable{ends[0], POLLIN, 0}; go_on && ::poll(&readable, 1, 50) > 0;) {
      Life life;
      HF_ASSERT(::read(ends[0], &life, sizeof life) == static_cast<ssize_t>(sizeof life));
      for (auto& [child, worker] : workers)
        if (worker.next % jobs == life.seed % jobs) worker = {worker.next, life.seed, life.began};
      if (!life.began) go_on = take(life);
    }
  };
  while (go_on && !workers.empty() && !interrupts.came()) {
    take_all();
    if (seconds_max && wall_seconds() - began > *seconds_max) break;
    int status = 0;
    const pid_t died = ::waitpid(-1, &status, WNOHANG);
    if (died <= 0) continue;
    take_all();
    Scratch::remove_those_of(died);
    const Worker worker = workers.at(died);
    workers.erase(died);
    if (!worker.in_it) continue;
    Life fatal;
    fatal.seed = worker.begun;
    go_on = go_on && take(fatal);
    if (go_on) start(worker.begun + jobs);
  }
  for (const auto& [child, worker] : workers) {
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    Scratch::remove_those_of(child);
  }
  ::close(ends[0]);
  ::close(ends[1]);
  return !interrupts.came();
}

bool live_apart(std::uint64_t seed, const Restriction& restriction,
                const std::function<void(std::string)>& take_line) {
  int ends[2];
  HF_ASSERT(::pipe(ends) == 0);
  const pid_t child = fork_child();
  if (child == 0) {
    ::close(ends[0]);
    ::dup2(ends[1], STDERR_FILENO);  // what a broken promise says is part of the story
    std::FILE* lines = ::fdopen(ends[1], "w");
    std::setvbuf(lines, nullptr, _IOLBF, 1 << 16);
    const bool sound = live_through(seed, restriction, lines).sound;
    std::fflush(lines);
    ::_exit(sound ? 0 : 1);
  }
  ::close(ends[1]);
  std::FILE* from = ::fdopen(ends[0], "r");
  char* text = nullptr;
  std::size_t size = 0;
  while (::getline(&text, &size, from) > 0) take_line(text);
  std::free(text);
  std::fclose(from);
  int status = 0;
  ::waitpid(child, &status, 0);
  Scratch::remove_those_of(child);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

double wall_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace holdfast::sim
