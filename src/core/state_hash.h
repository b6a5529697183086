// The state hash: one number over the growing fields of all rows of all replicas. Equal means equal, whatever
// the order in which a replica learned of them, and however it numbers SKUs and replicas.
//
// A sum of one hash per row, so that Stock keeps it up to date as rows change. What is here is a row's part
// in it, and the walk over every row: for the end of recovery, and for whoever doubts the figure that is
// kept.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "core/bounded_counter.h"

namespace holdfast {

class Stock;

// What stands for a replica in the hashes of its rows, the same in all regions.
using ReplicaTag = std::uint64_t;
[[nodiscard]] ReplicaTag tag_of(const ReplicaId& replica);
using SkuTag = std::uint64_t;
[[nodiscard]] SkuTag tag_of(std::string_view sku);

// Who wrote the row: its number among `tags`, which hold those of all replicas that the row names.
// A row that says nothing has no part.
[[nodiscard]] std::uint64_t row_hash(const Row& row, ReplicaIx writer, SkuTag of,
                                     std::span<const ReplicaTag> tags);

[[nodiscard]] std::uint64_t state_hash(const Stock& stock);

}  // namespace holdfast
