// Tally: what the gateway counts of what it answers, for /metrics.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "api/metrics.h"
#include "core/answer.h"

namespace holdfast::api {

class Tally {
 public:
  void count_reservation(const Answer& answer);
  void count_refusal(RefusalCode code) { ++refusals_[static_cast<std::size_t>(code)]; }
  void count_duration(std::int64_t us) { reserve_durations_.count(us); }

  [[nodiscard]] const Histogram& reserve_durations() const { return reserve_durations_; }
  [[nodiscard]] std::vector<MetricFamily> families() const;

 private:
  static constexpr std::size_t codes = static_cast<std::size_t>(RefusalCode::outcome_unknown) + 1;
  std::uint64_t created_ = 0;
  std::uint64_t replayed_ = 0;
  std::uint64_t refused_ = 0;
  std::array<std::uint64_t, codes> refusals_{};
  Histogram reserve_durations_;
};

}  // namespace holdfast::api
