// The effects of a step that is made up, given to an outbox.
#pragma once

#include <algorithm>
#include <iterator>

#include "node/outbox.h"

namespace holdfast::node {

inline void take(Outbox& outbox, Effects& effects, NodeTime now) {
  std::ranges::move(effects.records, std::back_inserter(outbox.effects().records));
  std::ranges::move(effects.outbound, std::back_inserter(outbox.effects().outbound));
  effects.clear();
  outbox.stepped(now);
}

}  // namespace holdfast::node
