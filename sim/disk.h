// Disk: the ledger's twin in memory (ledger/memory_ledger.h) behind a latency, and with the faults of a disk.
//
//   append() --latency--> on the platter --> done          die(): what was being written is lost or kept
//
// It outlives the process that writes to it: the platter is what a restart finds. What one append carries is
// on it whole or not at all, as the ledger's contract says; the real ledger is held to that by tests of its
// own. Owner: the world.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "ledger/memory_ledger.h"
#include "node/ports.h"
#include "sim/stage.h"
#include "sim/streams.h"

namespace holdfast::sim {

struct DiskSpeed {
  Micros fastest{200};
  Micros slowest{2'000};
  double stalls = 0;  // the share of appends that take up to `stall_max`
  Micros stall_max{0};
};

class Disk {
 public:
  struct Events {
    std::function<void(const ledger::Appended&)> appended;
    std::function<void(Position asked, const std::optional<ledger::JournalBatch>&)> read;
    std::function<void()> failed;  // nothing more may be said
  };
  enum class Tail { lost, kept };

  Disk(Stage& stage, Random random) : stage_(stage), random_(random) {}

  // A process starts on it: `drawn` is the identity of a new one.
  [[nodiscard]] ledger::Opened open(const ledger::Identity& drawn, Events events);
  void load(const ledger::LoadSink& sink);
  void append(node::JournalAppend append);
  void read(Position at);
  // The process is gone.
  void die(Tail tail);

  [[nodiscard]] const ledger::MemoryDisk& platter() const { return *platter_; }
  [[nodiscard]] bool writing() const { return writing_.has_value(); }
  // When each append came to be on the platter, by the last record that it carried.
  [[nodiscard]] const std::vector<std::pair<Position, SimTime>>& timeline() const { return timeline_; }
  // Slices of a checkpoint that was not completed are on it.
  [[nodiscard]] bool in_mid_checkpoint() const { return in_mid_checkpoint_; }

  void set_speed(DiskSpeed speed) { speed_ = speed; }
  void set_full(bool full) { full_ = full; }
  [[nodiscard]] bool has_room() const { return !full_; }
  // The next append ends the process.
  void fail_next() { failing_ = true; }
  void mend() { full_ = failing_ = false; }

 private:
  [[nodiscard]] Micros latency();
  void finish_append();
  void put(node::JournalAppend append);

  Stage& stage_;
  Random random_;
  DiskSpeed speed_;
  std::shared_ptr<ledger::MemoryDisk> platter_ = std::make_shared<ledger::MemoryDisk>();
  std::unique_ptr<ledger::Ledger> ledger_;
  Events events_;
  std::optional<node::JournalAppend> writing_;
  std::vector<std::pair<Position, SimTime>> timeline_;
  std::uint64_t life_ = 0;
  bool full_ = false;
  bool failing_ = false;
  bool in_mid_checkpoint_ = false;
};

}  // namespace holdfast::sim
