// The invariants that a replica can check of itself, in one place. A broken one ends the process
// (base/assert.h).
//
// check_invariants() walks everything: after every step in debug and simulator builds (of a large state,
// after every so many), at the end of recovery in all. check_changed() looks at what one record changed:
// after every record, in every build. What else costs little is asserted where it could break.
#pragma once

#include "core/state.h"

namespace holdfast {

void check_invariants(const State& state);
// The same in two halves: what is promised (I1 to I8); and what is kept to be found quickly, sums and an
// index, of which one that has gone wrong stays wrong, so that seldom is often enough.
void check_promises(const State& state);
void check_kept(const State& state);
void check_changed(const State& state, const Record& record);

}  // namespace holdfast
