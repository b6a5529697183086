// Measures as text: for people, for programs, for spreadsheets. Pure.
#pragma once

#include <string>
#include <vector>

#include "sim/measure/measures.h"

namespace holdfast::sim {

struct Measured {
  std::string scenario;
  std::string policy;
  std::uint64_t seed = 1;
  bool waiting = false;
  Measures measures;
};

// One table for each scenario, a row for each policy, with and without waiting; of several seeds the median
// of each figure, and below it the worst. A figure that cannot be said is a dash.
[[nodiscard]] std::string table_text(const std::vector<Measured>& results);
// A list of objects: scenario, policy, seed, waiting, and the measures; null for what cannot be said.
[[nodiscard]] std::string json_text(const std::vector<Measured>& results);
[[nodiscard]] std::string csv_text(const std::vector<Measured>& results);
// One run, a line for each measure.
[[nodiscard]] std::string run_text(const Measured& result);

// What was sold of what was wanted, region by region, in units.
[[nodiscard]] std::string sold_text(const std::vector<std::string>& regions,
                                    const std::vector<std::int64_t>& wanted,
                                    const std::vector<Measured>& results);

// 12,345.67 with so many decimals; a dash for nothing.
[[nodiscard]] std::string shown(const Figure& figure, int decimals);

}  // namespace holdfast::sim
