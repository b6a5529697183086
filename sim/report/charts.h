// The pictures of a page, each from a recording. Pure.
#pragma once

#include <string>

#include "sim/measure/measures.h"
#include "sim/report/recording.h"
#include "sim/scenario/scenario.h"

namespace holdfast::sim {

[[nodiscard]] std::string rights_chart(const Scenario& scenario, const Recording& recording);
[[nodiscard]] std::string attempts_chart(const Scenario& scenario, const Recording& recording);
[[nodiscard]] std::string latency_chart(const Recording& recording, const Measures& measures);
[[nodiscard]] std::string moved_chart(const Scenario& scenario, const Recording& recording);
// An HTML table: units from each region to each other.
[[nodiscard]] std::string moved_table(const Scenario& scenario, const Recording& recording);

}  // namespace holdfast::sim
