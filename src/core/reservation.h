// A reservation keeps units for one shopper until it is purchased, released, or expires.
//
//   pending --purchase--> purchased    pending --release--> released    pending --deadline--> expired
//                                              expired --reacquire--> purchased (units taken again)
//
// Reservations are local: never gossiped. A pending one lowers available(), not rights().
// Invariant I5: it ends in exactly one final state, never expires before its time, and per SKU
// Σ reserved = Σ lines of pending reservations.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/digest.h"
#include "base/time.h"
#include "core/few.h"
#include "core/ids.h"
#include "core/seldom.h"
#include "core/short_text.h"
#include "core/units.h"

namespace holdfast {

enum class ReservationState : std::uint8_t { pending, purchased, released, expired };
enum class ReservationEvent : std::uint8_t { purchase, release, deadline, reacquire };

[[nodiscard]] constexpr std::optional<ReservationState> next(ReservationState state, ReservationEvent event) {
  if (state == ReservationState::expired && event == ReservationEvent::reacquire)
    return ReservationState::purchased;                         // the one way out: units taken again
  if (state != ReservationState::pending) return std::nullopt;  // final states are final
  switch (event) {
    case ReservationEvent::purchase: return ReservationState::purchased;
    case ReservationEvent::release: return ReservationState::released;
    case ReservationEvent::deadline: return ReservationState::expired;
    case ReservationEvent::reacquire: return std::nullopt;
  }
  return std::nullopt;
}
static_assert(next(ReservationState::pending, ReservationEvent::purchase) == ReservationState::purchased);
static_assert(next(ReservationState::expired, ReservationEvent::reacquire) == ReservationState::purchased);
static_assert(!next(ReservationState::expired, ReservationEvent::purchase));
static_assert(!next(ReservationState::purchased, ReservationEvent::release));
static_assert(!next(ReservationState::released, ReservationEvent::deadline));

// What a short SKU was short of, by what was known when the request was tried.
struct ShortLine {
  std::string sku;
  Units requested;
  Units available_here;
  Units reserved_here;
  Units elsewhere_estimate;
  WallTime as_of;  // when the oldest of what it rests on was heard
  bool operator==(const ShortLine&) const = default;
};

struct ReservedLine {
  SkuId sku;
  Units quantity;
  Units returned;  // of a purchase: what came back, at most `quantity`
  bool operator==(const ReservedLine&) const = default;
};

struct Reservation {
  ShortText id;
  ReservationSeq seq;
  ReservationState state = ReservationState::pending;
  std::string customer;  // empty: none
  std::string order;     // empty: none
  Digest fingerprint;    // of the request that made it
  WallTime created_at;
  NodeTime expires;
  Few<ReservedLine> lines;  // one per SKU, in the order first named
  bool asked_to_replace = false;
  std::string replaced;        // the id that it took the place of; empty: none
  Seldom<ShortLine> shortage;  // what a partial one did not get
  bool operator==(const Reservation&) const = default;
};

}  // namespace holdfast
