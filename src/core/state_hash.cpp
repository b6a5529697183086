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

SkuTag tag_of(std::string_view sku) { return digest(sku, 0).low; }

std::uint64_t row_hash(const Row& row, ReplicaIx writer, SkuTag of, std::span<const ReplicaTag> tags) {
  if (!says_anything(row)) return 0;
  const ReplicaTag by = tags[writer.value()];
  std::uint64_t sum =
      hash_of(std::array{by, of, number(row.received), number(row.purchased), number(row.written_off)});
  for (const Sent& sent : row.sent)  // a sum: each replica numbers the others its own way
    sum += hash_of(std::array{by, of, tags[sent.to.value()], number(sent.total)});
  return sum;
}

std::uint64_t state_hash(const Stock& stock) {
  std::uint64_t sum = 0;
  for (SkuId sku; sku < stock.next_id(); sku = sku.next()) {
    const SkuTag of = tag_of(stock.name(sku));
    for (std::uint16_t replica = 0; replica < stock.replicas(); ++replica)
      sum += row_hash(stock.row(ReplicaIx(replica), sku), ReplicaIx(replica), of, stock.tags());
  }
  return sum;
}

}  // namespace holdfast
