#include "core/draft.h"

#include <algorithm>

#include "base/assert.h"

namespace holdfast {

void Draft::reserve(SkuId sku, Units change) {
  RowChange& row = record_.rows.emplace_back();
  row.sku = sku;
  row.reserved = change;
}

void Draft::purchase(SkuId sku, Units quantity, Units out_of_reserved) {
  RowChange& row = growing(sku);
  row.purchased = quantity;
  row.reserved = -out_of_reserved;
}

void Draft::receive(SkuId sku, Units quantity) { growing(sku).received = quantity; }

void Draft::take_back(SkuId sku, Units quantity) {
  RowChange& row = growing(sku);
  row.received = quantity;
  row.returned = quantity;
}

void Draft::write_off(SkuId sku, Units quantity) { growing(sku).written_off = quantity; }

void Draft::send(SkuId sku, ReplicaIx to, Units quantity) {
  HF_ASSERT(to != self);
  HF_ASSERT(quantity > no_units);
  RowChange& row = growing(sku);
  row.sent = quantity;
  row.to = to;
}

void Draft::publish(SkuId sku) { (void)growing(sku); }

RowChange& Draft::growing(SkuId sku) {
  RowChange& row = record_.rows.emplace_back();
  row.sku = sku;
  row.version = Version(state_.replicas().version(self).value() + ++versions_);
  row.rate = demand_.rate(sku, record_.at).per_million_s();
  return row;
}

SkuId Draft::sku(std::string_view name) {
  if (const auto known = state_.stock().find(name)) return *known;
  if (const auto fresh = fresh_.find(name); fresh != fresh_.end()) return fresh->second;
  const SkuId id = introduce(name);
  fresh_.emplace(name, id);
  return id;
}

SkuId Draft::introduce(std::string_view name) {
  const SkuId id(state_.stock().next_id().value() + static_cast<std::uint32_t>(record_.new_skus.size()));
  record_.new_skus.push_back({id, std::string(name)});
  return id;
}

ReplicaIx Draft::replica(const ReplicaId& id) {
  if (const auto known = state_.replicas().find(id)) return *known;
  const auto fresh = std::ranges::find(record_.new_replicas, id, &NewReplica::id);
  if (fresh != record_.new_replicas.end()) return fresh->ix;
  const ReplicaIx ix(static_cast<std::uint16_t>(replicas()));
  record_.new_replicas.push_back({ix, id});
  return ix;
}

void Draft::remember(const Digest& name) {
  record_.remembered.push_back({state_.memories().next_number() + record_.remembered.size(), name});
}

}  // namespace holdfast
