// Transfers: what moved between regions, counted from what is on their disks: nobody's word is taken for it.
#pragma once

#include <cstdint>
#include <vector>

#include "core/ids.h"
#include "ledger/memory_ledger.h"

namespace holdfast::sim {

class Transfers {
 public:
  explicit Transfers(std::size_t regions)
      : read_to_(regions), names_(regions), units_between_(regions, std::vector<std::int64_t>(regions, 0)) {}

  // What is new on the disk of this region, whose records name its peers "r0", "r1" and so on.
  void read(std::size_t region, const ledger::MemoryDisk& disk);

  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] std::int64_t units() const { return units_; }
  [[nodiscard]] const std::vector<std::vector<std::int64_t>>& units_between() const { return units_between_; }

 private:
  std::vector<Position> read_to_;
  std::vector<std::vector<std::size_t>> names_;  // by reader: which region a ReplicaIx is
  std::vector<std::vector<std::int64_t>> units_between_;
  std::uint64_t count_ = 0;
  std::int64_t units_ = 0;
};

}  // namespace holdfast::sim
