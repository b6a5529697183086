// What a replica keeps in memory only. It starts empty with every boot; nothing in it decides what is true.
#pragma once

#include <map>
#include <set>

#include "core/config.h"
#include "core/demand.h"
#include "core/meter.h"
#include "core/regions.h"
#include "core/step.h"
#include "core/waiters.h"

namespace holdfast {

struct Memory {
  explicit Memory(const CoreConfig& config) : regions(config) {}

  Waiters waiters;
  Demand demand;
  Regions regions;
  Meter sold;
  std::map<RefusalCode, Meter> refused;
  std::set<SkuId> gauges_moved;  // SKUs whose gauges moved enough to be published
  NodeTime gauges_published{};   // when that was done last
  NodeTime last_record{};
  bool draining = false;
  input::Measured measured;
};

}  // namespace holdfast
