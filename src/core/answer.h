// What a request is answered with: plain values, comparable, free of any protocol.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "core/boxed.h"
#include "core/few.h"
#include "core/ids.h"
#include "core/request.h"
#include "core/reservation.h"
#include "core/units.h"

namespace holdfast {

// One enumerator per reason; the names are the API's codes.
enum class RefusalCode : std::uint8_t {
  // not found
  reservation_unknown,
  sku_unknown,
  // the request itself
  validation_failed,
  idempotency_mismatch,
  // shortages, worst first
  sold_out,
  not_enough,
  rights_unreachable,
  all_reserved,
  insufficient_here,
  // state
  wrong_region,
  already_purchased,
  already_released,
  reservation_expired,
  reservation_pending,
  // this daemon
  overloaded,
  starting,
  draining,
  disk_full,
  fenced,
  outcome_unknown,
};

namespace answer {

struct LineView {
  std::string sku;
  Units quantity;
  Units returned;
  bool operator==(const LineView&) const = default;
};

struct ReservationView {
  std::string id;
  ReservationState state = ReservationState::pending;
  std::string customer;
  std::string order;
  WallTime created_at;
  std::optional<WallTime> expires_at;  // only while pending, as the next
  std::optional<Millis> expires_in;
  Few<LineView> lines;
  bool asked_to_replace = false;
  std::string replaced;
  std::vector<ShortLine> shortage;
  bool operator==(const ReservationView&) const = default;
};

struct ReservationAnswer {
  ReservationView reservation;
  bool created = false;   // by this very request
  bool replayed = false;  // it had been done before
  bool operator==(const ReservationAnswer&) const = default;
};

// What whoever asked for a reservation cannot know of it: for a request that wants no more.
struct BriefReservation {
  ReservationState state = ReservationState::pending;
  bool created = false;
  bool replayed = false;
  std::optional<WallTime> expires_at;  // only while pending, as the next
  Millis expires_in{0};
  bool operator==(const BriefReservation&) const = default;
};
struct ReservationList {
  std::vector<ReservationView> reservations;
  std::string next;  // empty: that was all
  bool operator==(const ReservationList&) const = default;
};

struct SkuView {
  std::string sku;
  bool known = true;  // false only in the answer to GetAvailability: nothing else of it means anything then
  Units available_here;
  Units reserved_here;
  Units purchased_here;  // gross of returns
  Units returned_here;
  Units elsewhere_estimate;
  std::optional<WallTime> elsewhere_as_of;  // none: no other region was ever heard
  bool sold_out_everywhere = false;
  bool operator==(const SkuView&) const = default;
};

struct SkuList {
  std::vector<SkuView> skus;
  std::string next;
  bool operator==(const SkuList&) const = default;
};

struct Adjusted {
  std::string sku;
  Units delta;
  std::string reason;
  WallTime at;
  Units available_here;
  bool counted = false;  // the answer to Count, not to Adjust
  bool replayed = false;
  bool operator==(const Adjusted&) const = default;
};

struct ImportedLine {
  std::uint64_t line = 0;
  std::string sku;
  bool applied = false;
  std::string fault;  // why not
  bool operator==(const ImportedLine&) const = default;
};

struct Imported {
  std::uint64_t lines = 0;
  std::uint64_t applied = 0;
  Units units;
  std::vector<ImportedLine> results;  // all of them, or only the refused of a long import
  bool replayed = false;
  bool operator==(const Imported&) const = default;
};

struct RightsMoved {
  std::string sku;
  std::string to;
  Units quantity;
  Units rights_here;  // after it
  bool replayed = false;
  bool operator==(const RightsMoved&) const = default;
};

// A recount from the records, held against the state.
struct AuditMismatch {
  std::string sku;
  std::string field;
  Units counted;
  Units stored;
  bool operator==(const AuditMismatch&) const = default;
};
// A record that changed what is known of a SKU here.
struct AuditEvent {
  Position position;
  WallTime at;
  std::string what;
  Units rights;    // change of this replica's own, by the record
  Units reserved;  // the same
  bool operator==(const AuditEvent&) const = default;
};
struct AuditReport {
  std::string sku;  // empty: all of them
  WallTime checked_at;
  std::uint64_t skus = 0;
  std::uint64_t records = 0;
  Units oversold;
  std::vector<AuditMismatch> mismatches;
  std::optional<SkuView> now;      // of the one SKU
  std::vector<AuditEvent> events;  // of the one SKU, oldest first
  bool operator==(const AuditReport&) const = default;
};

enum class RegionState : std::uint8_t { up, cut_off, never_heard };

// Attempts refused for one of the five reasons, per 1000 s.
struct RefusalRates {
  std::int64_t sold_out = 0;
  std::int64_t not_enough = 0;
  std::int64_t all_reserved = 0;
  std::int64_t rights_unreachable = 0;
  std::int64_t insufficient_here = 0;
  bool operator==(const RefusalRates&) const = default;
};

// One region as this one knows it. Of itself it knows everything; of others what they last said.
struct RegionView {
  std::string region;
  bool is_self = false;
  RegionState state = RegionState::never_heard;
  bool direct = false;  // over a link of our own, not by way of a third region
  std::optional<Millis> rtt;
  std::optional<Millis> heard_ago;
  std::uint64_t skus = 0;
  Units rights;
  Units reserved;
  std::int64_t sold_per_1000_s = 0;
  RefusalRates refused_per_1000_s;
  std::int64_t reserve_us_p50 = 0;
  std::int64_t reserve_us_p99 = 0;
  bool operator==(const RegionView&) const = default;
};

struct Alarm {
  std::string code;
  WallTime since;
  std::string region;
  std::string detail;
  bool operator==(const Alarm&) const = default;
};

// What lies with an older incarnation of a region, and can be sold by nobody.
struct LostLedger {
  ReplicaId replica;
  Units rights;
  std::uint64_t skus = 0;  // with any rights there
  bool operator==(const LostLedger&) const = default;
};

// What the core knows of its state; the shell adds what only it can (uptime, disk, version).
struct Status {
  Position position;
  std::uint64_t state_hash = 0;
  std::uint64_t pending_reservations = 0;
  Millis ids_kept{0};  // how far back ended ids and used keys are remembered
  Units oversold;      // over all regions, where the view is closed
  std::optional<Millis> oversold_checked_ago;
  std::vector<Alarm> alarms;
  std::vector<RegionView> regions;  // this one first, then as configured
  std::vector<LostLedger> lost;
  bool operator==(const Status&) const = default;
};

struct RegionRights {
  std::string region;
  Units rights;
  Units reserved;
  std::int64_t sold_per_1000_s = 0;
  std::optional<Millis> heard_ago;
  bool stale = false;
  bool operator==(const RegionRights&) const = default;
};

struct SkuRights {
  std::string sku;
  Units rights;
  Units reserved;
  std::int64_t sold_per_1000_s = 0;
  std::optional<Millis> runs_dry_in;
  std::vector<RegionRights> regions{};
  Units lost{};  // with older incarnations, and in none of the sums
  bool operator==(const SkuRights&) const = default;
};

struct Rights {
  WallTime as_of;
  std::vector<SkuRights> skus;
  std::string next;
  bool operator==(const Rights&) const = default;
};

}  // namespace answer

struct Refusal {
  RefusalCode code = RefusalCode::validation_failed;
  std::string detail;  // one line for a person
  std::vector<FieldError> errors;
  std::vector<ShortLine> shortage;
  Boxed<answer::ReservationView> reservation;  // of a state conflict
  std::optional<Millis> retry_after;
  bool operator==(const Refusal&) const = default;
};

using Success = std::variant<answer::ReservationAnswer, answer::ReservationList, answer::SkuView,
                             answer::SkuList, answer::Adjusted, answer::Imported, answer::RightsMoved,
                             answer::AuditReport, answer::Status, answer::Rights, answer::BriefReservation>;
using Answer = Result<Success, Refusal>;

// Of how many lines it tells, at least one: what it takes to hold it, and to write it.
[[nodiscard]] std::size_t weight(const Answer& answer);

// Attempts to reserve that were answered, by how they ended.
struct Attempts {
  std::uint32_t created = 0;
  std::uint32_t replayed = 0;
  std::uint32_t refused = 0;
  void add(const Answer& answer);
  void add(const answer::BriefReservation& brief) { ++(brief.created ? created : replayed); }
  [[nodiscard]] std::uint32_t total() const { return created + replayed + refused; }
  bool operator==(const Attempts&) const = default;
};

// "insufficient_here" and so on, as the API writes it.
[[nodiscard]] const char* name(RefusalCode code);

}  // namespace holdfast
