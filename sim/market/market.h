// The market: a scenario's shoppers, cuts and deliveries set upon a policy, with a watch beside it.
//
//   open() the policy → shoppers come → the last answers → quiet → measures
//
// All times of the scenario count from the moment the policy is ready: a shop opens when its shelves are
// full. Ways that are never there are missing from the start.
#pragma once

#include <cstdio>
#include <functional>
#include <string_view>

#include "sim/measure/measures.h"
#include "sim/measure/watch.h"
#include "sim/policies/policies.h"
#include "sim/scenario/scenario.h"

namespace holdfast::sim {

enum class Waiting : std::uint8_t { no, yes };

// Whoever wants to see more than the measures: called as the run goes. Each has an empty default.
class Spectator {
 public:
  virtual ~Spectator() = default;
  // A few hundred times in a run, evenly; `since_open`: of the scenario's time.
  virtual void sample(Micros since_open, StockPolicy& policy);
  virtual void told(Micros since_open, const Watch::Told& told);
};
inline constexpr int samples = 240;

struct MarketRun {
  const Scenario& scenario;
  std::string_view policy;
  std::uint64_t seed = 1;
  Waiting waiting = Waiting::no;
  NodeSetting node{};
  std::FILE* trace = nullptr;  // what happens in words, if the policy is the shipped node
};

[[nodiscard]] Measures run_market(const MarketRun& run, Spectator* spectator = nullptr);
// The same with a script that does not come from the scenario.
[[nodiscard]] Measures run_script(const MarketRun& run, Script script, Spectator* spectator = nullptr);

}  // namespace holdfast::sim
