// Storage: a ledger behind a latency, and what may befall it.
//
//   append() --latency--> on the platter --> appended          die(): what was being written is lost or kept
//
// It outlives the process that writes to it: the platter is what a restart finds. Owner: the region.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "sim/platter.h"
#include "sim/stage.h"
#include "sim/streams.h"

namespace holdfast::sim {

struct DiskSpeed {
  Micros fastest{200};
  Micros slowest{2'000};
  double stalls = 0;  // the share of appends that take up to `stall_max`
  Micros stall_max{0};
};

class Storage {
 public:
  struct Events {
    std::function<void(const ledger::Appended&)> appended;
    std::function<void(Position asked, const std::optional<ledger::JournalBatch>&)> read;
    std::function<void()> failed;  // nothing more may be said
  };

  Storage(Stage& stage, Random random, std::unique_ptr<Platter> platter)
      : stage_(stage), random_(random), platter_(std::move(platter)) {}

  // A process starts on it: `drawn` is the identity of a new one.
  [[nodiscard]] Result<ledger::Opened, ledger::Error> open(const ledger::Identity& drawn, Events events);
  void load(const ledger::LoadSink& sink) { platter_->load(sink); }
  void append(ledger::Append what);
  void read(Position at);
  // The process is gone.
  void die(Death death, Tail tail);
  // True once there is room again; nothing may be asked of a disk that failed.
  [[nodiscard]] bool regain_room();

  [[nodiscard]] const ledger::MemoryDisk& content() const { return platter_->content(); }
  [[nodiscard]] bool writing() const { return writing_.has_value(); }
  // When each append came to be on the platter, by the last record that it carried.
  [[nodiscard]] const std::vector<std::pair<Position, SimTime>>& timeline() const { return timeline_; }
  // Slices of a checkpoint that was not completed are on it.
  [[nodiscard]] bool in_mid_checkpoint() const { return in_mid_checkpoint_; }

  void set_speed(DiskSpeed speed) { speed_ = speed; }
  [[nodiscard]] Platter& platter() { return *platter_; }

 private:
  [[nodiscard]] Micros latency();
  void finish_append();
  void note_what_was_kept();
  void note_durable(const ledger::Append& what);
  void settle_later();

  Stage& stage_;
  Random random_;
  DiskSpeed speed_;
  std::unique_ptr<Platter> platter_;
  Events events_;
  std::optional<ledger::Append> writing_;
  std::vector<std::pair<Position, SimTime>> timeline_;
  std::uint64_t life_ = 0;
  bool in_mid_checkpoint_ = false;
};

}  // namespace holdfast::sim
