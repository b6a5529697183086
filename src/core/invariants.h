// The invariants that a replica can check of itself, in one place. A broken one ends the process
// (base/assert.h).
//
// check_invariants() walks everything: after every step in debug and simulator builds, at the end of recovery
// in all. What costs little is asserted where it could break, in every build.
#pragma once

#include "core/state.h"

namespace holdfast {

void check_invariants(const State& state);

}  // namespace holdfast
