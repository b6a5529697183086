#include "core/state_hash.h"

#include <algorithm>
#include <string>

namespace holdfast {

namespace {

void append(std::string& text, std::string_view field) {
  text += std::to_string(field.size());
  text += ':';
  text += field;
}

void append(std::string& text, std::int64_t number) {
  text += std::to_string(number);
  text += ';';
}

void append(std::string& text, const ReplicaId& replica) {
  append(text, replica.region);
  append(text, static_cast<std::int64_t>(replica.incarnation.made_ms));
  append(text, static_cast<std::int64_t>(replica.incarnation.nonce));
}

bool says_anything(const Row& row) {
  return row.received != no_units || row.purchased != no_units || row.written_off != no_units ||
         !row.sent.empty();
}

std::uint64_t hash(const State& state, ReplicaIx writer, SkuId sku, const Row& row, std::string& text) {
  text.clear();
  append(text, state.replicas().id(writer));
  append(text, state.stock().name(sku));
  append(text, row.received.count());
  append(text, row.purchased.count());
  append(text, row.written_off.count());
  std::vector<std::pair<ReplicaId, Units>> sent;
  for (const Sent& to : row.sent) sent.emplace_back(state.replicas().id(to.to), to.total);
  std::ranges::sort(sent);
  for (const auto& [to, total] : sent) {
    append(text, to);
    append(text, total.count());
  }
  return digest(text, 0).low;
}

}  // namespace

std::uint64_t state_hash(const State& state) {
  std::uint64_t sum = 0;
  std::string text;
  for (std::uint16_t replica = 0; replica < state.stock().replicas(); ++replica) {
    for (std::uint32_t sku = 0; sku < state.stock().size(); ++sku) {
      const Row& row = state.stock().row(ReplicaIx(replica), SkuId(sku));
      if (says_anything(row)) sum += hash(state, ReplicaIx(replica), SkuId(sku), row, text);
    }
  }
  return sum;
}

}  // namespace holdfast
