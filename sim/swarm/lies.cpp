#include "sim/swarm/lies.h"

#include "wire/frame.h"

namespace holdfast::sim {

namespace {

Message rows_of_one(const State& hearer, ReplicaIx writer, SkuId sku, Row row) {
  message::Rows rows;
  rows.number = 1;
  for (const MetaSlice::Replica& known : hearer.replicas().all()) rows.replicas.push_back(known.id);
  message::Rows::Section section;
  section.replica = writer.value();
  section.range = record::VersionRange{hearer.replicas().version(writer), row.version};
  if (section.range->from >= section.range->to) section.range.reset();
  section.rows.push_back({hearer.stock().name(sku), std::move(row)});
  rows.sections.push_back(std::move(section));
  return rows;
}

std::optional<Message> of_its_own_row(const State& hearer, Random& random) {
  const auto sku = hearer.stock().newest(self);
  if (!sku) return std::nullopt;
  Row row = hearer.stock().row(self, *sku);
  row.received += Units(between(random, 1, 1'000));
  if (random.one_in(2)) row.version = hearer.replicas().version(self).next();
  return rows_of_one(hearer, self, *sku, std::move(row));
}

std::optional<Message> of_a_peers_row(const State& hearer, Random& random) {
  if (hearer.replicas().size() < 2) return std::nullopt;
  const ReplicaIx writer(static_cast<std::uint16_t>(1 + random.below(hearer.replicas().size() - 1)));
  const auto sku = hearer.stock().newest(writer);
  if (!sku) return std::nullopt;
  Row row = hearer.stock().row(writer, *sku);
  Units& shrinks = row.received > no_units ? row.received : row.purchased;
  if (shrinks == no_units) return std::nullopt;
  shrinks -= Units(between(random, 1, shrinks.count()));
  row.version = std::max(row.version, hearer.replicas().version(writer)).next();
  return rows_of_one(hearer, writer, *sku, std::move(row));
}

Message of_its_version(const State& hearer, Random& random) {
  message::VersionVector vector;
  const std::uint64_t beyond = hearer.replicas().version(self).value() + 1 + random.below(1'000);
  vector.entries.push_back({hearer.replicas().id(self), Version(beyond)});
  return vector;
}

Message of_its_boots(const State& hearer, Random& random) {
  message::Accusation accusation;
  accusation.accused = hearer.replicas().id(self);
  accusation.boots = hearer.boots();
  accusation.boots.back().nonce ^= 1 + random.below(1'000);
  accusation.reason = "a lie";
  return accusation;
}

}  // namespace

std::optional<Message> draw_lie(const State& hearer, Random& random) {
  switch (random.below(6)) {
    case 0: return of_its_version(hearer, random);
    case 1: return of_its_boots(hearer, random);
    case 2: return of_its_own_row(hearer, random);
    default: return of_a_peers_row(hearer, random);
  }
}

Bytes draw_nonsense(Random& random) {
  Bytes payload(8 * (1 + random.below(64)));
  for (std::byte& byte : payload) byte = static_cast<std::byte>(random.one_in(3) ? random.below(256) : 0);
  Bytes frame;
  wire::append_frame(frame, wire::FrameKind::message, payload);
  return frame;
}

}  // namespace holdfast::sim
