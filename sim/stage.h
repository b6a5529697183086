// Stage: what everything in a world shares: its time, its trace, and the counts of what was reached. Owner:
// the world.
#pragma once

#include <functional>
#include <string>

#include "sim/event_queue.h"
#include "sim/reached.h"
#include "sim/trace.h"

namespace holdfast::sim {

struct Stage {
  explicit Stage(std::FILE* lines = nullptr) : trace(lines) {}

  EventQueue queue;
  Trace trace;
  Reached reached;

  // Something that is part of the run's identity, and may be read about: `what` is called only if so.
  void note(const std::string& who, std::uint64_t event, std::invocable auto&& what) {
    trace.mix(event ^ static_cast<std::uint64_t>(queue.now().time_since_epoch().count()));
    if (trace.has_lines()) trace.line(queue.now(), who, what());
  }
};

}  // namespace holdfast::sim
