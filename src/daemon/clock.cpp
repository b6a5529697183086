#include "daemon/clock.h"

#include <time.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <random>
#include <string>

#include "base/digest.h"

namespace holdfast {

namespace {

// Shown times must not flicker by a millisecond from one answer to the next: smaller steps of the wall clock
// wait.
constexpr Millis wall_step_noticed{500};

std::chrono::nanoseconds read(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

Millis since_boot() { return std::chrono::floor<Millis>(read(CLOCK_BOOTTIME)); }

// The system keeps both clocks at one pace, so that this stays as it is until the wall clock is set: taken to
// the millisecond only after the subtraction, it is the same for one start of the daemon as for the next. Of
// some readings the one counts that was interrupted least.
Millis wall_ahead_of_boot() {
  constexpr int readings = 5;
  std::chrono::nanoseconds least = std::chrono::nanoseconds::max();
  std::chrono::nanoseconds ahead{};
  for (int i = 0; i < readings; ++i) {
    const auto before = read(CLOCK_BOOTTIME);
    const auto wall = read(CLOCK_REALTIME);
    const auto took = read(CLOCK_BOOTTIME) - before;
    if (took >= least) continue;
    least = took;
    ahead = wall - before - took / 2;
  }
  return std::chrono::floor<Millis>(ahead);
}

// 0 stands for a boot that is not known: the digest of an empty id would be that of every other one as well.
std::uint64_t name_of_boot(std::string_view id) { return id.empty() ? 0 : digest(id, 0).low; }

}  // namespace

DaemonClock::DaemonClock(NodeTime last, const MachineClock& before, std::string_view boot_id)
    : machine_{name_of_boot(boot_id), {}}, newest_(last) {
  const bool same_boot = machine_.machine_boot != 0 && before.machine_boot == machine_.machine_boot;
  // Time has passed since the last record: where the clock of that boot says otherwise (in a container whose
  // clock was set back), node time would stand still.
  machine_.offset = last.time_since_epoch() - since_boot();
  if (same_boot) machine_.offset = std::max(machine_.offset, before.offset);
}

Now DaemonClock::now() {
  newest_ = std::max(newest_, NodeTime(since_boot() + machine_.offset));
  const Millis offset = wall_now().time_since_epoch() - newest_.time_since_epoch();
  if (std::abs((offset - wall_offset_).count()) > wall_step_noticed.count())
    wall_offset_ = wall_ahead_of_boot() - machine_.offset;
  return {newest_, WallTime(newest_.time_since_epoch() + wall_offset_)};
}

std::string machine_boot_id() {
  std::string id;
  std::getline(std::ifstream("/proc/sys/kernel/random/boot_id"), id);
  return id;
}

std::int64_t steady_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

WallTime wall_now() {
  return WallTime(std::chrono::duration_cast<Millis>(std::chrono::system_clock::now().time_since_epoch()));
}

std::uint64_t true_random() {
  std::random_device device;
  return std::uint64_t{device()} << 32 | device();
}

}  // namespace holdfast
