// A record is one durable state change: what step() decided, and all that apply() needs to know of it.
//
// It carries what is after it, not how it came about: changes of own rows with the versions they take, whole
// reservations, numbered memories. So apply() never decides, and each part of a record can be applied to its
// part of the state alone, which is what replay over a checkpoint needs (slices.h). A fact is in one place:
// the reservation, the rows it changes and its idempotency key are one record.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/digest.h"
#include "base/time.h"
#include "core/answer.h"
#include "core/bounded_counter.h"
#include "core/boxed.h"
#include "core/few.h"
#include "core/ids.h"
#include "core/reservation.h"
#include "core/seldom.h"
#include "core/units.h"

namespace holdfast {

// One start of a daemon on a ledger.
struct Boot {
  std::uint32_t number = 0;  // from 1
  std::uint64_t nonce = 0;
  Version began;  // own version when it started
  bool operator==(const Boot&) const = default;
};

// How node time follows from the machine's clock since its own boot: node time = that clock + offset, for as
// long as the machine is not booted again.
struct MachineClock {
  std::uint64_t machine_boot = 0;  // a digest of the machine's boot id; 0: not known
  Millis offset{0};
  bool operator==(const MachineClock&) const = default;
};

// Texts are written once, in the record that first uses them; from then on their numbers stand for them.
struct NewSku {
  SkuId id;
  std::string name;
  bool operator==(const NewSku&) const = default;
};
struct NewReplica {
  ReplicaIx ix;
  ReplicaId id;
  bool operator==(const NewReplica&) const = default;
};

// How this replica's own row of one SKU changes. Changes of growing fields, and of gauges, take a version.
struct RowChange {
  SkuId sku;
  ReplicaIx to;    // of `sent`
  Units reserved;  // change of what pending reservations hold: either sign
  Units received;  // this and the next four only grow
  Units returned;  // of `received`: what customers brought back
  Units purchased;
  Units written_off;
  Units sent;
  Version version;        // 0: only `reserved` changes, and the row stays as it is
  std::int64_t rate = 0;  // the gauge that goes with the version
  bool operator==(const RowChange&) const = default;
};

// An ended reservation or a used key, by the digest of its name, in the order of remembering.
struct Remembered {
  std::uint64_t number = 0;  // consecutive, from 0
  Digest name;
  bool operator==(const Remembered&) const = default;
};

// The idempotency key that a request came with, and the digest of that request.
struct KeyUse {
  std::string key;
  Digest fingerprint;
  bool operator==(const KeyUse&) const = default;
};

namespace record {

enum class ReservationStep : std::uint8_t {
  reserved,
  purchased,
  released,
  expired,
  extended,
  changed,
  returned,
  reacquired,  // purchased, after it had expired
};

struct ReservationChanged {
  // Not `= default`: a value that says ReservationChanged() would be cleared as a whole before its members
  // are made, and one is made in each step.
  ReservationChanged() {}
  ReservationChanged(ReservationStep what, Reservation now, Boxed<Reservation> instead_of, Boxed<KeyUse> use,
                     Seldom<ReservedLine> until_now)
      : step(what),
        after(std::move(now)),
        replaced(std::move(instead_of)),
        key(std::move(use)),
        before(std::move(until_now)) {}

  ReservationStep step = ReservationStep::reserved;
  Reservation after;
  Boxed<Reservation> replaced;  // released by the same record
  Boxed<KeyUse> key;            // of a return
  Seldom<ReservedLine> before;  // the lines until then, where the step changes them (changed, returned)
  bool operator==(const ReservationChanged&) const = default;
};

struct StockAdjusted {
  SkuId sku;
  Units delta;
  std::string reason;
  Units available_after;
  bool counted = false;  // by a count, not by an adjustment
  KeyUse key;
  bool operator==(const StockAdjusted&) const = default;
};

struct StockImported {
  answer::Imported result;
  KeyUse key;
  std::vector<Units> available_after;  // of each SKU, as the row changes stand
  bool operator==(const StockImported&) const = default;
};

enum class TransferKind : std::uint8_t { urgent, cover, by_hand };

struct RightsSent {
  SkuId sku;
  ReplicaIx to;
  Units quantity;
  TransferKind kind = TransferKind::urgent;
  Units rights_after;
  std::optional<KeyUse> key;  // of a move by hand
  bool operator==(const RightsSent&) const = default;
};

// Rows of one peer. With a range: every row of that replica with a version in (from, to].
struct VersionRange {
  Version from;
  Version to;
  bool operator==(const VersionRange&) const = default;
};
struct PeerRow {
  SkuId sku;
  Row row;
  Units given;  // rights that it sends to this replica, beyond what was known before
  bool operator==(const PeerRow&) const = default;
};
struct PeerRowsTaken {
  ReplicaIx replica;
  std::optional<VersionRange> range;  // the vector moves to its end
  std::vector<PeerRow> rows;
  bool operator==(const PeerRowsTaken&) const = default;
};

// A peer's replica was met for the first time, or in a new boot: what it says of its boots is held against
// what it says later.
struct PeerMet {
  ReplicaIx replica;
  std::vector<Boot> boots;  // those that were not known of it before; earlier ones may stand among them
  Version version;          // its own, in the last of these boots
  bool operator==(const PeerMet&) const = default;
};

// Gauges alone: the rows are in the record's row changes.
struct GaugesSet {
  bool operator==(const GaugesSet&) const = default;
};

// Node time went on: each second while reservations are pending, and each hour in which nothing is recorded.
struct TimePassed {
  bool operator==(const TimePassed&) const = default;
};

struct BootStarted {
  Boot boot;
  MachineClock clock;
  bool operator==(const BootStarted&) const = default;
};

// This replica has seen proof that another process sells under its name, or sold from a copy of its ledger.
struct Fenced {
  std::string reason;
  bool operator==(const Fenced&) const = default;
};

// A peer's replica contradicted itself: none of its rows are taken any more.
struct PeerDistrusted {
  ReplicaIx replica;
  std::string reason;
  bool operator==(const PeerDistrusted&) const = default;
};

}  // namespace record

struct Record {
  Record() {}  // not `= default`, as ReservationChanged

  NodeTime at;
  WallTime wall;
  Seldom<NewSku> new_skus;
  Seldom<NewReplica> new_replicas;
  Few<RowChange> rows;
  Few<Remembered> remembered;
  std::variant<record::TimePassed, record::BootStarted, record::ReservationChanged, record::StockAdjusted,
               record::StockImported, record::RightsSent, record::PeerMet, record::PeerRowsTaken,
               record::GaugesSet, record::Fenced, record::PeerDistrusted>
      body;
  bool operator==(const Record&) const = default;
};

}  // namespace holdfast
