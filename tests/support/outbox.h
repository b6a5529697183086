// The effects of a step that is made up, given to an outbox.
#pragma once

#include <algorithm>
#include <iterator>

#include "node/outbox.h"
#include "support/kept_records.h"

namespace holdfast::node {

inline void take(Outbox& outbox, Effects& effects, NodeTime now) {
  std::ranges::move(effects.records, std::back_inserter(outbox.effects().records));
  std::ranges::move(effects.outbound, std::back_inserter(outbox.effects().outbound));
  effects.clear();
  outbox.stepped(now);
}

// All that may leave now.
inline std::vector<Outbound> take_all_released(Outbox& outbox) {
  std::vector<Outbound> all;
  for (auto some = outbox.take_released(); !some.empty(); some = outbox.take_released())
    std::ranges::move(some, std::back_inserter(all));
  return all;
}

// How many records the next append takes.
inline std::size_t begin_write(Outbox& outbox) {
  std::size_t records = 0;
  for (const RecordBatch* batch : outbox.begin_write()) records += batch->size();
  return records;
}

}  // namespace holdfast::node
