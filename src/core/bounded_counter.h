// The bounded counter: a CRDT whose value can be lowered in many places at once and never passes zero.
//
// Balegas et al., "Extending Eventually Consistent Cloud Databases for Enforcing Numeric Invariants", SRDS
// 2015. Stock is split into rights; one right is the permission to sell one unit. Each replica writes one row
// per SKU, and nobody else writes it:
//
//   rights(i) = received(i) − purchased(i) − written_off(i) + Σj sent(j)[i] − Σj sent(i)[j]
//
// Summed over all replicas the `sent` terms cancel: Σ rights = stock − sold. Each replica's view of what was
// sent to it is never more than the truth, so rights that are ≥ 0 in every replica's own view are ≥ 0 in
// truth.
//
// Only the algebra: nothing here knows of reservations, messages or peers. Every field but the gauges only
// grows.
#pragma once

#include <cstdint>
#include <vector>

#include "core/ids.h"
#include "core/units.h"

namespace holdfast {

struct Sent {
  ReplicaIx to;
  Units total;  // rights ever given to it
  bool operator==(const Sent&) const = default;
};

// What one replica says about one SKU.
struct Row {
  Units received;          // brought into stock here: import, restock, customer returns
  Units purchased;         // sold here
  Units written_off;       // lost or broken here
  std::vector<Sent> sent;  // by replica, ascending; none is zero
  Version version;         // of this content, gauges included; 0: there is no row
  // Gauges, for the forecast and the dashboard; not part of the algebra.
  Units reserved;
  std::int64_t rate = 0;  // units wanted in 1,000,000 s (core/rate.h)

  [[nodiscard]] bool exists() const { return version != Version{}; }
  bool operator==(const Row&) const = default;
};

[[nodiscard]] inline Units sent_to(const Row& row, ReplicaIx to) {
  for (const Sent& sent : row.sent)
    if (sent.to == to) return sent.total;
  return no_units;
}
[[nodiscard]] inline Units sent_to_all(const Row& row) {
  Units total;
  for (const Sent& sent : row.sent) total += sent.total;
  return total;
}
void add_sent(Row& row, ReplicaIx to, Units quantity);

// What the row alone says of its writer's rights; what others sent to it comes on top.
[[nodiscard]] inline Units rights_without_incoming(const Row& row) {
  return row.received - row.purchased - row.written_off - sent_to_all(row);
}

// Whether no growing field of `newer` is below that of `older` (I2), and none passes its cap.
[[nodiscard]] bool grows(const Row& older, const Row& newer);
[[nodiscard]] bool within_caps(const Row& row);

}  // namespace holdfast
