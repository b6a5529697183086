// The maxima of what travels between regions, on top of core/limits.h: what more would be, no honest peer
// says.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/limits.h"

namespace holdfast::wire {

inline constexpr std::size_t frame_payload_bytes_max = std::size_t{4} << 20;

inline constexpr std::size_t boots_max = 100'000;      // starts of one ledger
inline constexpr std::size_t sections_max = 512;       // of one Rows: a few for each replica
inline constexpr std::size_t rows_max = 40'000;        // of one Rows, over its sections
inline constexpr std::size_t alarms_max = 64;          // of one Summary
inline constexpr std::size_t remark_chars_max = 1024;  // an alarm, or the reason for an accusation

inline constexpr std::size_t boot_bytes = 24;
inline constexpr std::size_t row_bytes_min = 80;
static_assert(boots_max * boot_bytes < frame_payload_bytes_max);
static_assert(rows_max * row_bytes_min < frame_payload_bytes_max);

// Gauges and sums: what stays exact in JSON, and can be added up without overflow.
inline constexpr std::int64_t gauge_max = limits::told_sum_max.count();

}  // namespace holdfast::wire
