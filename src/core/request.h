// What a shop or an operator can ask: plain values. HTTP is one translation of them; a native protocol
// follows.
//
// Every value has been held to limits.h by validate() before step() sees it. Empty strings stand for "none":
// no text that may be given is empty.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/time.h"
#include "core/few.h"
#include "core/ids.h"
#include "core/limits.h"
#include "core/reservation.h"
#include "core/short_text.h"
#include "core/units.h"

namespace holdfast {

struct Line {
  std::string sku;
  Units quantity;
  bool operator==(const Line&) const = default;
};

namespace request {

// With a key the id is made here, from the key: repeats find it again. Without one the client made the id.
struct Reserve {
  ShortText id;
  std::string key;
  Few<Line> lines;  // lines of one SKU are summed first
  std::string customer;
  Millis ttl = limits::ttl_default;
  Millis wait{0};
  bool partial = false;
  std::string replaces;
  bool brief = false;  // whoever asks wants to be told no more than answer::BriefReservation
  bool operator==(const Reserve&) const = default;
};

struct GetReservation {
  std::string id;
  bool operator==(const GetReservation&) const = default;
};

struct ListReservations {
  std::string customer;  // filters; empty: any
  std::string sku;
  std::optional<ReservationState> state;
  std::size_t limit = limits::list_limit_default;
  std::string after;  // a cursor that an earlier answer gave
  bool operator==(const ListReservations&) const = default;
};

enum class IfExpired : std::uint8_t { reacquire, fail };

struct Purchase {
  ShortText id;
  std::string order;
  IfExpired if_expired = IfExpired::reacquire;
  bool brief = false;  // as of Reserve
  bool operator==(const Purchase&) const = default;
};

struct Release {
  ShortText id;
  bool brief = false;  // as of Reserve
  bool operator==(const Release&) const = default;
};

struct Extend {
  std::string id;
  Millis ttl{0};  // from now, also when that is sooner
  bool operator==(const Extend&) const = default;
};

struct Change {
  std::string id;
  Few<Line> lines;  // the whole new list
  bool operator==(const Change&) const = default;
};

struct Return {
  std::string id;
  std::string key;
  Few<Line> lines;  // empty: all that has not come back yet
  bool operator==(const Return&) const = default;
};

struct GetSku {
  std::string sku;
  bool operator==(const GetSku&) const = default;
};

struct ListSkus {
  std::size_t limit = limits::list_limit_default;
  std::string after;  // the last SKU of the page before
  bool operator==(const ListSkus&) const = default;
};

struct GetAvailability {
  std::vector<std::string> skus;
  bool operator==(const GetAvailability&) const = default;
};

struct Adjust {
  std::string sku;
  std::string key;
  Units delta;  // in (+) or written off (−)
  std::string reason;
  std::string region;  // whom it is meant for; empty: whoever gets it
  Millis wait{0};      // for −
  bool operator==(const Adjust&) const = default;
};

// "There are 40 on the shelf": one adjustment to the rights held here.
struct Count {
  std::string sku;
  std::string key;
  Units counted;
  std::string reason;
  std::string region;
  bool operator==(const Count&) const = default;
};

// A line that could not even be read has `fault` set, and is refused with it.
struct ImportLine {
  std::uint64_t line = 0;  // its number in the file, from 1
  std::string sku;
  Units quantity;
  std::string fault;
  bool operator==(const ImportLine&) const = default;
};

struct Import {
  std::string key;
  std::string region;
  std::vector<ImportLine> lines;
  // Those without a fault, by the byte order of their SKU, those of one as they stand here. It follows from
  // the lines: order_lines() has made it; empty: the step will.
  std::vector<std::uint32_t> by_sku = {};
  bool operator==(const Import& other) const {
    return key == other.key && region == other.region && lines == other.lines;
  }
};

struct MoveRights {
  std::string sku;
  std::string key;
  std::string to;  // a region
  Units quantity;
  std::string region;  // whom it is meant for; empty: whoever gets it
  bool operator==(const MoveRights&) const = default;
};

// The node reads the whole journal for it, and hands what it counted to the core (input::Recounted).
struct Audit {
  std::string sku;  // empty: all
  bool operator==(const Audit&) const = default;
};

struct GetStatus {
  bool operator==(const GetStatus&) const = default;
};

enum class RightsOrder : std::uint8_t { sku, runs_dry };

struct GetRights {
  std::string sku;  // empty: all
  RightsOrder sort = RightsOrder::sku;
  std::size_t limit = limits::list_limit_default;
  std::string after;
  bool operator==(const GetRights&) const = default;
};

}  // namespace request

using Request = std::variant<request::Reserve, request::GetReservation, request::ListReservations,
                             request::Purchase, request::Release, request::Extend, request::Change,
                             request::Return, request::GetSku, request::ListSkus, request::GetAvailability,
                             request::Adjust, request::Count, request::Import, request::MoveRights,
                             request::Audit, request::GetStatus, request::GetRights>;

// A value that a request may not have, and where in its JSON form it stands.
struct FieldError {
  std::string pointer;  // RFC 6901: "/lines/0/quantity"
  std::string detail;   // for a person: what it must be
  bool operator==(const FieldError&) const = default;
};

// Every fault of the request's values; empty: it may be stepped. Shells call it before step(), which asserts
// it.
[[nodiscard]] std::vector<FieldError> validate(const Request& request);

// What is wrong with a line of an import, so that a shell can refuse it alone; empty: nothing.
[[nodiscard]] std::string import_line_fault(std::string_view sku, Units quantity);

// Puts its lines in order (`by_sku`): a shell that has the time for it does so before step().
void order_lines(request::Import& import);

// Whether the request could change state, so that a fenced, draining or full daemon refuses it.
[[nodiscard]] bool changes_state(const Request& request);

}  // namespace holdfast
