// SliceCopy: a slice as it was when it was copied, for whoever writes it later, elsewhere. As SliceValue, but
// pending reservations stay packed: there are the most of those, and to copy one so takes next to no time.
#pragma once

#include <cstddef>
#include <variant>

#include "core/pending_slice.h"
#include "core/slices.h"

namespace holdfast {

using SliceCopy = std::variant<MetaSlice, SkuSlice, PendingSlice, MemorySlice, ClosedSlice>;

[[nodiscard]] SliceValue value_of(SliceCopy copy);
// About what it takes once it is written.
[[nodiscard]] std::size_t bytes_guess(const SliceCopy& copy);

}  // namespace holdfast
