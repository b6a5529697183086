// Machine: the clocks that a region's process reads. One counts since the machine's last boot and is set by
// nobody; the other shows the time of day, and people set it as they like.
//
// From them comes node time, as the daemon's own clock makes it (daemon/clock.h): the first clock plus an
// offset that is journalled with each boot of the process, which goes on after a machine's boot from what was
// journalled last. Owner: the region.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/time.h"
#include "core/record.h"
#include "sim/time.h"

namespace holdfast::sim {

// What ends a process.
enum class Death {
  process,  // killed: the machine lives on, with its page cache
  machine,  // the power is lost
};

class Machine {
 public:
  explicit Machine(std::uint64_t boot_id) : boot_id_(boot_id) {}

  [[nodiscard]] std::uint64_t boot_id() const { return boot_id_; }
  [[nodiscard]] Millis since_boot(SimTime now) const { return whole_ms(now) - booted_at_ - stopped_; }
  [[nodiscard]] WallTime wall(SimTime now) const { return started_at + whole_ms(now) + wall_offset_; }

  void reboot(SimTime now, std::uint64_t boot_id) {
    boot_id_ = boot_id;
    booted_at_ = whole_ms(now);
    stopped_ = Millis(0);
  }
  void set_wall(Millis offset) { wall_offset_ = offset; }
  // Its first clock misses so much time, as in a machine that was frozen.
  void stop(Millis time, SimTime now) { stopped_ += std::min(time, since_boot(now)); }

 private:
  static constexpr WallTime started_at = wall_time(1'800'000'000'000);
  std::uint64_t boot_id_;
  Millis booted_at_{0};
  Millis stopped_{0};
  Millis wall_offset_{0};
};

class ProcessClock {
 public:
  ProcessClock() = default;
  // `last`: the newest node time on the disk; `before`: the clock of the last boot that it knows.
  ProcessClock(const Machine& machine, SimTime now, NodeTime last, const MachineClock& before)
      : clock_{machine.boot_id(), before.offset}, newest_(last) {
    if (before.machine_boot != machine.boot_id())
      clock_.offset = last.time_since_epoch() - machine.since_boot(now);
  }

  [[nodiscard]] Now now(const Machine& machine, SimTime at) {
    newest_ = std::max(newest_, NodeTime(machine.since_boot(at) + clock_.offset));
    return {newest_, machine.wall(at)};
  }
  [[nodiscard]] const MachineClock& machine() const { return clock_; }

 private:
  MachineClock clock_;
  NodeTime newest_{};
};

}  // namespace holdfast::sim
