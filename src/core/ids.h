// The names and numbers of the domain. Each has a type of its own, so that none is taken for another.
#pragma once

#include <compare>
#include <cstdint>
#include <string>

#include "base/strong.h"

namespace holdfast {

// A product as this ledger numbers it, in the order in which its rows first appeared here. Local: peers and
// shops name products by their text.
using SkuId = Strong<struct SkuIdTag, std::uint32_t>;

// A replica as this ledger numbers it. Local, like SkuId; this daemon's own replica is always `self`.
using ReplicaIx = Strong<struct ReplicaIxTag, std::uint16_t>;
inline constexpr ReplicaIx self{0};

// Counts the changes of one replica's own rows: each changed row takes the next number. 0: no row yet.
using Version = Strong<struct VersionTag, std::uint64_t>;

// A record's place in the journal, from 1. 0: nothing yet.
using Position = Strong<struct PositionTag, std::uint64_t>;

// The order in which a ledger's reservations were made: the position of the record that made it.
using ReservationSeq = Strong<struct ReservationSeqTag, std::uint64_t>;

// Names a request that waits for its answer. Given by the shell, and meaningless to the core.
using RequestToken = Strong<struct RequestTokenTag, std::uint64_t>;

// Names one connected session with a peer. Given by the shell; never used twice in a boot.
using LinkId = Strong<struct LinkIdTag, std::uint64_t>;

// Drawn when a data directory is made, and never counted up from what a disk says: a restored copy must not
// be able to draw it again.
struct Incarnation {
  std::uint64_t made_ms = 0;  // UTC
  std::uint64_t nonce = 0;
  auto operator<=>(const Incarnation&) const = default;
};

// A region's identity in the CRDT. A region's newest incarnation is its replica; older ones are frozen.
struct ReplicaId {
  std::string region;
  Incarnation incarnation;
  auto operator<=>(const ReplicaId&) const = default;
};

}  // namespace holdfast
