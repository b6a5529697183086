// One self-contained HTML page about one run: no scripts, nothing from the network; light, dark, and on
// paper. Pure.
#pragma once

#include <string>

#include "sim/report/recording.h"
#include "sim/report/tables.h"
#include "sim/scenario/scenario.h"

namespace holdfast::sim {

// `command`: what makes this run again.
[[nodiscard]] std::string page_html(const Scenario& scenario, const Measured& measured,
                                    const Recording& recording, const std::string& command);

}  // namespace holdfast::sim
