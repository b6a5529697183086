// Every maximum in one place, and how they hang together.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/time.h"
#include "core/units.h"

namespace holdfast::limits {

// A growing field of a row. Sums over all replicas stay exact in a double, and so in JSON.
inline constexpr Units field_units_max{std::int64_t{1} << 46};
inline constexpr std::size_t replicas_max = 128;
static_assert(field_units_max.count() * static_cast<std::int64_t>(replicas_max) <= std::int64_t{1} << 53);

// A sum over SKUs is told as no more than this, whatever it is: what stays exact in a double.
inline constexpr Units told_sum_max{std::int64_t{1} << 53};

inline constexpr Millis cover_max{3'600'000};  // that a region may order up to

inline constexpr Units quantity_max{1'000'000'000};  // of one line, adjustment or transfer
inline constexpr std::size_t lines_max = 1000;       // of one reservation
static_assert(quantity_max.count() * static_cast<std::int64_t>(lines_max) < field_units_max.count());

inline constexpr std::size_t reservation_id_bytes_max = 64;
inline constexpr std::size_t idempotency_key_bytes_max = 255;
inline constexpr std::size_t sku_chars_max = 64;    // characters of UTF-8
inline constexpr std::size_t text_chars_max = 128;  // customer, order, reason
inline constexpr std::size_t region_bytes_max = 32;

inline constexpr Millis ttl_min{1'000};
inline constexpr Millis ttl_default{600'000};
inline constexpr Millis ttl_max{14'400'000};
inline constexpr Millis wait_max{10'000};

inline constexpr std::size_t list_limit_default = 100;
inline constexpr std::size_t list_limit_max = 1000;
inline constexpr std::size_t availability_skus_max = 1000;
inline constexpr std::size_t batch_operations_max = 1000;
inline constexpr std::size_t import_lines_max =
    4'000'000;  // of one import: what its file's size alone does not bound
inline constexpr std::size_t import_fault_bytes_max = 1024;  // why a line of it was refused

// How long ended reservations and used keys are remembered: by time, and by number.
inline constexpr Millis ids_kept{24 * 3600 * 1000};
inline constexpr std::size_t ids_kept_max = 20'000'000;
static_assert(ids_kept > ttl_max);

inline constexpr std::size_t waiters_max = 10'000;
inline constexpr std::size_t waiting_lines_max = 100'000;  // of all of them

}  // namespace holdfast::limits
