// What replicas say to each other, after the handshake that a Hello on either side makes up: plain values.
//
// Replicas and SKUs are named by their texts: each side numbers them for itself. Any of these may be lost,
// repeated, reordered or late, and some pass through third regions: each is harmless by construction.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/time.h"
#include "core/answer.h"
#include "core/ids.h"
#include "core/record.h"
#include "core/units.h"

namespace holdfast {

inline constexpr std::uint32_t protocol_version = 2;

// The handshake: who this is, and proof that it is the one the peer knows (its boots).
struct Hello {
  std::uint32_t protocol = protocol_version;
  std::string cluster;
  ReplicaId replica;
  Version version;          // own, and durable
  std::vector<Boot> boots;  // all of them, oldest first; the last is this one
  // Of the connection, by which a recording is told from a daemon (net/links.h). Neither: of an earlier
  // version.
  std::uint64_t challenge = 0;
  std::uint64_t answered = 0;
  bool operator==(const Hello&) const = default;
};

namespace message {

// Sent by both sides at a fixed pace. It states nothing of the sender's rows, so that it waits for no disk.
// On a link where nothing happens nearly all of them say no more than that what an earlier one said holds.
struct Heartbeat {
  std::uint64_t sent_ms = 0;  // the sender's node time
  std::uint64_t echo_ms = 0;  // the newest `sent_ms` received, 0: none yet
  std::uint64_t held_ms = 0;  // how long ago that was
  struct Heard {
    std::string region;
    std::uint64_t ms_ago = 0;
    bool operator==(const Heard&) const = default;
  };
  std::vector<Heard> heard;   // whom the sender has heard lately: regions beyond a broken link stay in view
  bool needs_vector = false;  // the receiver's vector has not come, and may be lost: say it again
  // Not 0: the end of another's `sent_ms`, of which all is still so; then the rest of this says nothing.
  std::uint32_t repeats = 0;
  std::uint16_t apart = 0;  // so many of `heard`, the first, no link reaches from the sender
  bool operator==(const Heartbeat&) const = default;
};

// How far the sender knows each replica's rows. It is the acknowledgement as well.
struct VersionVector {
  struct Entry {
    ReplicaId replica;
    Version version;
    // Of the rows that it holds beyond that version, if no link reaches the replica from the sender.
    std::optional<std::uint64_t> fingerprint_beyond = {};
    // The sender has proof of a fork of it, and takes no more of its rows from anyone.
    bool is_distrusted = false;
    bool operator==(const Entry&) const = default;
  };
  std::vector<Entry> entries;
  std::uint64_t rows_seen = 0;  // the number of the last Rows of this session that was taken
  bool operator==(const VersionVector&) const = default;
};

struct WireRow {
  std::string sku;
  Row row;  // `sent` names replicas by their place in Rows::replicas
  bool operator==(const WireRow&) const = default;
};

struct Rows {
  struct Section {
    std::uint16_t replica = 0;  // whose rows, by its place in `replicas`
    std::optional<record::VersionRange> range;
    std::vector<WireRow> rows;  // by version, ascending
    bool operator==(const Section&) const = default;
  };
  std::uint64_t number = 0;  // of this message in its session, from 1
  std::vector<ReplicaId> replicas;
  std::vector<Section> sections;
  bool operator==(const Rows&) const = default;
};

// "I know that you have sent me `known` of this SKU; raise it to `target`." It names both replicas, so that
// it can be late, repeated or relayed and yet never give twice.
struct Ask {
  ReplicaId asker;
  ReplicaId giver;
  std::string sku;
  Units known;
  Units target;
  record::TransferKind kind = record::TransferKind::urgent;
  std::uint32_t age_ms = 0;
  std::uint8_t hops_left = 0;
  std::int64_t demand = 0;  // of the asker, a Rate: what a giver of scarce stock shares by
  bool operator==(const Ask&) const = default;
};

// The giver has looked at an ask up to `target`; its newest row travelled ahead of this.
struct AskAnswer {
  ReplicaId asker;
  ReplicaId giver;
  std::string sku;
  Units target;
  bool cannot = false;  // gave nothing
  std::uint8_t hops_left = 0;
  bool operator==(const AskAnswer&) const = default;
};

// What a region says of itself as a whole: for people and dashboards, never journalled.
struct Summary {
  ReplicaId replica;
  std::uint64_t number = 0;  // the newest of a replica counts; its boot stands in the upper 32 bits
  Version version;           // own, when this was said
  std::uint64_t skus = 0;
  Units rights;
  Units reserved;
  std::int64_t sold_per_1000_s = 0;
  answer::RefusalRates refused_per_1000_s;
  std::int64_t reserve_us_p50 = 0;
  std::int64_t reserve_us_p99 = 0;
  std::vector<std::string> alarms;
  bool operator==(const Summary&) const = default;
};

// Proof that two processes sell under one name, shown to the accused.
struct Accusation {
  ReplicaId accused;
  std::vector<Boot> boots;              // what it once said of its boots; or
  std::optional<message::WireRow> row;  // a row that it once wrote, with `replicas` for its `sent`
  std::vector<ReplicaId> replicas;
  std::string reason;
  bool operator==(const Accusation&) const = default;
};

}  // namespace message

using Message = std::variant<message::Heartbeat, message::VersionVector, message::Rows, message::Ask,
                             message::AskAnswer, message::Summary, message::Accusation>;

}  // namespace holdfast
