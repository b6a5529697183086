// A shop's order history as a script: the plan that `holdfast replay` would carry out (orders/plan.h), told
// against the simulator's clock.
#pragma once

#include "orders/plan.h"
#include "sim/scenario/scenario.h"
#include "sim/shoppers/script.h"

namespace holdfast::sim {

struct HistoryScript {
  Script script;
  std::vector<std::int64_t> units_wanted;  // by region
};

// The history's time is stretched or pressed into `duration`. SKUs are numbered in the order of their names.
[[nodiscard]] HistoryScript script_of(const orders::Plan& plan, std::size_t regions, Micros duration);

// A world of the map's regions. Those named eu, us and ap stand at IRE, NVA and TYO.
[[nodiscard]] Scenario scenario_of(const std::string& name, const orders::RegionMap& map, std::size_t skus,
                                   Micros duration);

// A region that nobody reaches for a while. It sells on, but if it is down: then its shoppers ask until it is
// back, and are served in their order.
struct Outage {
  std::size_t region = 0;
  SimTime from{}, to{};
  bool is_down = false;
};
void add_outage(const Outage& outage, Scenario& scenario, Script& script);

}  // namespace holdfast::sim
