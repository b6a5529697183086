// The state hash: one number over the growing fields of all rows of all replicas. Equal means equal, whatever
// the order in which a replica learned of them, and however it numbers SKUs and replicas.
//
// A sum of one digest per row. It walks every row, and is asked for by people, not on the path of a shopper.
#pragma once

#include <cstdint>

#include "core/state.h"

namespace holdfast {

[[nodiscard]] std::uint64_t state_hash(const State& state);

}  // namespace holdfast
