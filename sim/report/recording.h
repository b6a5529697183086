// Recording: what a page shows of a run beside its measures, gathered as it goes. A plain value in the end.
#pragma once

#include <array>
#include <vector>

#include "sim/market/market.h"

namespace holdfast::sim {

// The world at one moment, with what was told so far.
struct Sample {
  Micros at{0};
  std::vector<std::int64_t> rights;  // by region
  std::int64_t units_moved = 0;
  std::int64_t granted = 0;
  std::array<std::int64_t, denials> denied{};  // by reason
  std::int64_t denied_falsely = 0;             // of those: the world had the units
};

struct Recording {
  // Granted, by how long they took: steps of equal ratio, so many for each tenfold from 0.01 ms on.
  static constexpr std::size_t latency_steps = 8;
  static constexpr std::size_t latency_tens = 6;

  std::vector<Sample> samples;
  std::array<std::int64_t, latency_steps * latency_tens> latency{};
  std::vector<std::vector<std::int64_t>> units_between;  // [from][to]; empty: nothing can move

  [[nodiscard]] Micros duration() const { return samples.empty() ? Micros(1) : samples.back().at; }
};

class Recorder final : public Spectator {
 public:
  explicit Recorder(std::size_t regions) : regions_(regions) {}
  void sample(Micros since_open, StockPolicy& policy) override;
  void told(Micros since_open, const Watch::Told& told) override;
  [[nodiscard]] const Recording& recording() const { return recording_; }

 private:
  std::size_t regions_;
  Sample so_far_;
  Recording recording_;
};

}  // namespace holdfast::sim
