#include "core/state_hash.h"

#include <array>

#include "base/digest.h"
#include "core/stock.h"

namespace holdfast {

namespace {

// In memory order: regions with one state hash are of one byte order, as all machines of today are.
template <std::size_t Count>
std::uint64_t hash_of(const std::array<std::uint64_t, Count>& numbers) {
  return checksum(std::as_bytes(std::span(numbers)));
}

std::uint64_t number(Units units) { return static_cast<std::uint64_t>(units.count()); }

bool says_anything(const Row& row) {
  return row.received != no_units || row.purchased != no_units || row.written_off != no_units ||
         !row.sent.empty();
}

}  // namespace

ReplicaTag tag_of(const ReplicaId& replica) {
  return hash_of(
      std::array{digest(replica.region, 0).low, replica.incarnation.made_ms, replica.incarnation.nonce});
}

std::uint64_t row_hash(const Row& row, ReplicaIx writer, std::string_view sku,
                       std::span<const ReplicaTag> tags) {
  if (!says_anything(row)) return 0;
  const ReplicaTag by = tags[writer.value()];
  const std::uint64_t of = digest(sku, 0).low;
  std::uint64_t sum =
      hash_of(std::array{by, of, number(row.received), number(row.purchased), number(row.written_off)});
  for (const Sent& sent : row.sent)  // a sum: each replica numbers the others its own way
    sum += hash_of(std::array{by, of, tags[sent.to.value()], number(sent.total)});
  return sum;
}

std::uint64_t state_hash(const Stock& stock) {
  std::uint64_t sum = 0;
  for (std::uint16_t replica = 0; replica < stock.replicas(); ++replica)
    for (SkuId sku; sku < stock.next_id(); sku = sku.next()) {
      const Row& row = stock.row(ReplicaIx(replica), sku);
      sum += row_hash(row, ReplicaIx(replica), stock.name(sku), stock.tags());
    }
  return sum;
}

}  // namespace holdfast
