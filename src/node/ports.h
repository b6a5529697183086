// The node's ports: what stands around it. The daemon puts real ones behind them, the simulator simulated
// ones.
#pragma once

#include "core/answer.h"
#include "core/ids.h"

namespace holdfast::node {

// Towards shops. Called with an answer once all that it rests on is durable; once for each token that was
// submitted and not cancelled.
class ShopsPort {
 public:
  virtual ~ShopsPort() = default;
  virtual void answer(RequestToken token, const Answer& answer) = 0;
};

}  // namespace holdfast::node
