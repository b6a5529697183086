#include "core/events.h"

#include <utility>

#include "base/assert.h"
#include "base/overloaded.h"
#include "core/views.h"

namespace holdfast {

namespace {

using What = decltype(Event::what);

event::ReservationKind kind_of(record::ReservationStep step) {
  using Step = record::ReservationStep;
  using Kind = event::ReservationKind;
  switch (step) {
    case Step::reserved: return Kind::pending;
    case Step::purchased:
    case Step::reacquired: return Kind::purchased;
    case Step::released: return Kind::released;
    case Step::expired: return Kind::expired;
    case Step::extended:
    case Step::changed: return Kind::changed;
    case Step::returned: return Kind::returned;
  }
  std::unreachable();
}

// The one that was replaced goes first: its units went to the other.
event::ReservationChanged changed(const record::ReservationChanged& changed, std::uint32_t part, Now at,
                                  const State& names) {
  if (changed.replaced && part == 0)
    return {event::ReservationKind::released, view(*changed.replaced, names.stock(), at)};
  return {kind_of(changed.step), view(changed.after, names.stock(), at)};
}

event::StockAdjusted imported(const Record& record, const record::StockImported& imported, std::uint32_t part,
                              const State& names) {
  const RowChange& row = record.rows[part];
  event::StockAdjusted adjusted{names.stock().name(row.sku), row.received, {}, {}};
  if (part < imported.available_after.size()) adjusted.available_here = imported.available_after[part];
  return adjusted;
}

std::optional<What> received(const record::PeerRowsTaken& taken, std::uint32_t part, const State& names) {
  const record::PeerRow& row = taken.rows[part];
  if (row.given == no_units) return std::nullopt;
  return event::RightsReceived{names.stock().name(row.sku), names.replicas().id(taken.replica).region,
                               row.given};
}

std::optional<What> what_is(const Record& record, std::uint32_t part, const State& names) {
  return std::visit(Overloaded{
                        [&](const record::ReservationChanged& body) -> std::optional<What> {
                          return changed(body, part, {record.at, record.wall}, names);
                        },
                        [&](const record::StockAdjusted& body) -> std::optional<What> {
                          return event::StockAdjusted{names.stock().name(body.sku), body.delta, body.reason,
                                                      body.available_after};
                        },
                        [&](const record::StockImported& body) -> std::optional<What> {
                          return imported(record, body, part, names);
                        },
                        [&](const record::RightsSent& body) -> std::optional<What> {
                          return event::RightsSent{names.stock().name(body.sku),
                                                   names.replicas().id(body.to).region, body.quantity,
                                                   body.rights_after};
                        },
                        [&](const record::PeerRowsTaken& body) { return received(body, part, names); },
                        [](const auto&) { return std::optional<What>(); },
                    },
                    record.body);
}

}  // namespace

std::uint32_t event_parts(const Record& record) {
  const std::size_t parts = std::visit(
      Overloaded{
          [](const record::ReservationChanged& body) { return std::size_t{body.replaced ? 2u : 1u}; },
          [](const record::StockAdjusted&) { return std::size_t{1}; },
          [&](const record::StockImported&) { return record.rows.size(); },
          [](const record::RightsSent&) { return std::size_t{1}; },
          [](const record::PeerRowsTaken& body) { return body.rows.size(); },
          [](const auto&) { return std::size_t{0}; },
      },
      record.body);
  return static_cast<std::uint32_t>(parts);
}

std::optional<Event> event_of(const Record& record, EventCursor part, const State& names) {
  const std::uint32_t parts = event_parts(record);
  HF_ASSERT(part.part < parts);
  std::optional<What> what = what_is(record, part.part, names);
  if (!what) return std::nullopt;
  const bool is_last = part.part + 1 == parts;
  const EventCursor next =
      is_last ? EventCursor{part.record.next(), 0} : EventCursor{part.record, part.part + 1};
  return Event{next, record.wall, *std::move(what)};
}

}  // namespace holdfast
