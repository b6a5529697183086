#include "sim/report/recording.h"

#include <algorithm>
#include <cmath>

namespace holdfast::sim {

void Recorder::sample(Micros since_open, StockPolicy& policy) {
  auto traffic = policy.traffic();
  Sample sample = so_far_;
  sample.at = since_open;
  sample.units_moved = traffic.units;
  for (std::size_t region = 0; region < regions_; ++region) sample.rights.push_back(policy.rights(region));
  recording_.samples.push_back(std::move(sample));
  recording_.units_between = std::move(traffic.units_between);
}

void Recorder::told(Micros, const Watch::Told& told) {
  if (told.reply.denial != Denial::none) {
    ++so_far_.denied[static_cast<std::size_t>(told.reply.denial)];
    if (told.world_had_it) ++so_far_.denied_falsely;
    return;
  }
  ++so_far_.granted;
  const double tens = std::log10(std::max<double>(static_cast<double>(told.took.count()), 10) / 10);
  const auto step = static_cast<std::size_t>(tens * Recording::latency_steps);
  ++recording_.latency[std::min(step, recording_.latency.size() - 1)];
}

}  // namespace holdfast::sim
