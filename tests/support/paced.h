// Paced: shoppers at a fixed rate, whatever the daemon does. The time of an answer counts from when its
// request was due, so that waiting for a slow one before is not hidden.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "support/process.h"

namespace holdfast::e2e {

struct PacedLoad {
  std::string http;
  std::string sku;
  std::string prefix;  // of the reservations' ids
  int per_second = 500;
  milliseconds duration = 4s;
  int connections = 8;
};

struct PacedAnswers {
  std::map<std::string, int> by_code;  // "created", or the code of the problem; "" where no answer came
  std::vector<std::int64_t> took_us;   // in ascending order

  [[nodiscard]] int served() const;
  [[nodiscard]] std::int64_t percentile_us(double percent) const;
};

[[nodiscard]] PacedAnswers reserve_paced(const PacedLoad& load);

}  // namespace holdfast::e2e
