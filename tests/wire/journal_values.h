// Random records and slices: any value that their types can hold, whether or not the core would make it.
#pragma once

#include "core/record.h"
#include "core/slices.h"
#include "draw.h"

namespace holdfast::wire {

inline constexpr std::size_t record_kinds = std::variant_size_v<decltype(Record::body)>;
inline constexpr std::size_t slice_kinds = std::variant_size_v<SliceValue>;

[[nodiscard]] Record draw_record(Draw& draw, std::size_t kind);
[[nodiscard]] SliceValue draw_slice(Draw& draw, std::size_t kind);

// One line, a UUID for an id and a short customer: what a shop makes most of.
[[nodiscard]] Record typical_reserve();
[[nodiscard]] Record typical_purchase();

}  // namespace holdfast::wire
