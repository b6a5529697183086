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

Millis since_boot() {
  timespec time{};
  ::clock_gettime(CLOCK_BOOTTIME, &time);
  return Millis(time.tv_sec * 1000 + time.tv_nsec / 1'000'000);
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
  if (std::abs((offset - wall_offset_).count()) > wall_step_noticed.count()) wall_offset_ = offset;
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
