// Reads a scenario from TOML. Every key is explained in scenarios/README.md.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sim/scenario/scenario.h"

namespace holdfast::sim {

// The scenario, or every fault as FILE:LINE: key: what is wrong. `file` stands before the line numbers; its
// stem is the scenario's name.
[[nodiscard]] Result<Scenario, std::vector<std::string>> parse_scenario(std::string_view content,
                                                                        const std::string& file);

}  // namespace holdfast::sim
