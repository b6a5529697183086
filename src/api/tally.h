// Tally: what the gateway counts of what it answers, for /metrics and for what the region says of itself.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "api/metrics.h"
#include "core/answer.h"

namespace holdfast::api {

class Tally {
 public:
  Tally();

  // Attempts to reserve, alone or in a batch, that the core has answered, each after so long.
  void count_reservations(const Attempts& attempts, std::int64_t now_us, std::int64_t took_us);
  // Whoever refused it; empty: it was not refused.
  void count_refusal(std::string_view code) { count_refusals(code, 1); }
  void count_refusals(std::string_view code, std::size_t count);

  // Of the last minute.
  [[nodiscard]] std::int64_t recent_us(std::int64_t now_us, double quantile) const {
    return recent_.quantile_us(now_us, quantile);
  }
  [[nodiscard]] std::vector<MetricFamily> families() const;

 private:
  std::uint64_t created_ = 0;
  std::uint64_t replayed_ = 0;
  std::uint64_t refused_ = 0;
  std::vector<std::uint64_t> refusals_;  // by the code's place in problem_codes()
  Histogram reserve_durations_;
  RecentHistogram recent_;
};

}  // namespace holdfast::api
