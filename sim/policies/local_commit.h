// What a model's own database takes to commit a sale: about one fdatasync on the machines that the shipped
// node was measured on, so that local answers of models and node cost alike.
#pragma once

#include "sim/time.h"

namespace holdfast::sim {

inline constexpr Micros local_commit{250};

}  // namespace holdfast::sim
