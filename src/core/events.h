// Events: what a record tells the rest of a shop, by the record alone. Of the state only names are taken, and
// those never change, so an event is the same whenever it is told.
//
// A record has parts, and each part is at most one event: a reservation that takes another's place is two, an
// import one of each SKU. A cursor says at which part of which record reading goes on. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "core/answer.h"
#include "core/record.h"
#include "core/state.h"

namespace holdfast {

struct EventCursor {
  Position record;
  std::uint32_t part = 0;
  auto operator<=>(const EventCursor&) const = default;
};

namespace event {

enum class ReservationKind : std::uint8_t { pending, purchased, released, expired, changed, returned };
struct ReservationChanged {
  ReservationKind kind = ReservationKind::pending;
  answer::ReservationView after;
  bool operator==(const ReservationChanged&) const = default;
};

struct StockAdjusted {
  std::string sku;
  Units delta;
  std::string reason;                   // empty: by an import
  std::optional<Units> available_here;  // none: the record is of a version that did not say
  bool operator==(const StockAdjusted&) const = default;
};

struct RightsSent {
  std::string sku;
  std::string to;
  Units quantity;
  Units rights_here;
  bool operator==(const RightsSent&) const = default;
};

struct RightsReceived {
  std::string sku;
  std::string from;
  Units quantity;
  bool operator==(const RightsReceived&) const = default;
};

}  // namespace event

struct Event {
  EventCursor next;  // where reading goes on after it
  WallTime at;
  std::variant<event::ReservationChanged, event::StockAdjusted, event::RightsSent, event::RightsReceived>
      what;
  bool operator==(const Event&) const = default;
};

[[nodiscard]] std::uint32_t event_parts(const Record& record);

// The event of one part; nothing: this part tells none.
[[nodiscard]] std::optional<Event> event_of(const Record& record, EventCursor part, const State& names);

}  // namespace holdfast
