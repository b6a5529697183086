// The daemon's clocks: node time from the machine's clock since its boot, and the wall clock for people.
//
// Node time is that clock (which runs through suspends, and no one sets) plus an offset. While the machine is
// not booted again the offset stays; after a boot, node time goes on from the last that was journalled, plus
// nothing. So deadlines may move later, never earlier, and the wall clock decides nothing.
#pragma once

#include <string>
#include <string_view>

#include "base/time.h"
#include "core/record.h"

namespace holdfast {

class DaemonClock {
 public:
  // `last`: the newest node time in the ledger; `before`: the clock of the last boot that it knows;
  // `boot_id`: of this boot of the machine. Empty: nobody knows, and so it is never the same boot again.
  DaemonClock(NodeTime last, const MachineClock& before, std::string_view boot_id);

  [[nodiscard]] Now now();
  [[nodiscard]] const MachineClock& machine() const { return machine_; }

 private:
  MachineClock machine_;
  NodeTime newest_;  // never goes back
  Millis wall_offset_{0};
};

// What the system calls this boot of the machine; empty: it cannot be read.
[[nodiscard]] std::string machine_boot_id();
// Microseconds of a clock that never goes back, for measuring.
[[nodiscard]] std::int64_t steady_us();
[[nodiscard]] WallTime wall_now();
// 64 bits from the system's source of randomness.
[[nodiscard]] std::uint64_t true_random();

}  // namespace holdfast
