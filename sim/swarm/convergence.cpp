#include "sim/swarm/convergence.h"

#include <algorithm>

namespace holdfast::sim {

namespace {

// On a slow link what a region said before it was cut off for good still arrives for seconds.
bool hears_only(const std::set<std::size_t>& living, const Region& region, std::size_t regions) {
  for (std::size_t peer = 0; peer < regions; ++peer)
    if (region.linked(peer) && !living.contains(peer)) return false;
  return true;
}

bool knows_all_of(const Region& region, const Region& writer) {
  if (!writer.ready()) return false;
  const Version newest = writer.state().replicas().version(self);
  if (region.number() == writer.number() || newest == Version{}) return true;
  const auto known = region.state().replicas().find(writer.config().own);
  return known && region.state().replicas().version(*known) == newest;
}

}  // namespace

bool converged(const std::vector<std::unique_ptr<Region>>& regions, const std::set<std::size_t>& living) {
  return std::ranges::all_of(living, [&](std::size_t i) {
    const Region& region = *regions[i];
    return region.ready() && region.state().reservations().size() == 0 &&
           hears_only(living, region, regions.size()) && std::ranges::all_of(living, [&](std::size_t writer) {
             return knows_all_of(region, *regions[writer]);
           });
  });
}

}  // namespace holdfast::sim
