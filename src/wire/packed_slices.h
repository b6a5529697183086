// SKUs with their rows, and memories, as the checkpoint keeps them since format 3: packed (packing.h), in a
// half to a fifth of the room, since there may be millions. Inside this folder only.
#pragma once

#include "core/slices.h"
#include "wire/packing.h"

namespace holdfast::wire {

[[nodiscard]] Packer packed(const SkuSlice& slice);
[[nodiscard]] Packer packed(const MemorySlice& slice);

// Throw Refused.
[[nodiscard]] SkuSlice unpacked_skus(BytesView bytes);
[[nodiscard]] MemorySlice unpacked_memories(BytesView bytes);

}  // namespace holdfast::wire
