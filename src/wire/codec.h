// How the journal and checkpoints are written: the core's codec, as Cap'n Proto and the plain layout.
#pragma once

#include "core/codec.h"

namespace holdfast::wire {

[[nodiscard]] Codec codec();

}  // namespace holdfast::wire
