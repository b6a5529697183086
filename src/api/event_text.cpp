#include "api/event_text.h"

#include <charconv>
#include <utility>

#include "api/encode_views.h"
#include "api/hex.h"
#include "api/json_writer.h"
#include "base/overloaded.h"

namespace holdfast::api {

namespace {

std::string_view name_of(event::ReservationKind kind) {
  switch (kind) {
    case event::ReservationKind::pending: return "reservation.pending";
    case event::ReservationKind::purchased: return "reservation.purchased";
    case event::ReservationKind::released: return "reservation.released";
    case event::ReservationKind::expired: return "reservation.expired";
    case event::ReservationKind::changed: return "reservation.changed";
    case event::ReservationKind::returned: return "reservation.returned";
  }
  std::unreachable();
}

std::string_view name_of(const Event& event) {
  return std::visit(Overloaded{
                        [](const event::ReservationChanged& changed) { return name_of(changed.kind); },
                        [](const event::StockAdjusted&) { return std::string_view("stock.adjusted"); },
                        [](const event::RightsSent&) { return std::string_view("rights.sent"); },
                        [](const event::RightsReceived&) { return std::string_view("rights.received"); },
                    },
                    event.what);
}

void write(JsonWriter& json, const event::ReservationChanged& changed) {
  json.member("id", changed.after.id);
  write_reservation_members(json, changed.after);
}

void write(JsonWriter& json, const event::StockAdjusted& adjusted) {
  json.member("sku", adjusted.sku).member("delta", adjusted.delta);
  json.member_or_null("reason", adjusted.reason).member("available_here", adjusted.available_here);
}

void write(JsonWriter& json, const event::RightsSent& sent) {
  json.member("sku", sent.sku).member("to", sent.to);
  json.member("quantity", sent.quantity).member("rights_here", sent.rights_here);
}

void write(JsonWriter& json, const event::RightsReceived& received) {
  json.member("sku", received.sku).member("from", received.from).member("quantity", received.quantity);
}

// Everything but the object's own members, which `write_rest` writes.
void append(std::string& out, std::string_view name, const std::string& cursor, WallTime at,
            const Teller& teller, auto&& write_rest) {
  out.append("id: ").append(cursor).append("\nevent: ").append(name).append("\ndata: ");
  JsonWriter json(out);
  json.begin_object().member("cursor", cursor).member("region", teller.region).member("at", at);
  write_rest(json);
  json.end_object();
  out += "\n\n";
}

template <class Number>
bool take_hex(std::string_view& text, Number& number) {
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number, 16);
  text.remove_prefix(static_cast<std::size_t>(stopped - text.data()));
  return error == std::errc();
}

bool take_dash(std::string_view& text) {
  if (!text.starts_with('-')) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

std::string text_of(const JournalCursor& cursor) {
  std::string text;
  append_hex(text, cursor.journal);
  append_hex(text += '-', cursor.at.record.value());
  append_hex(text += '-', cursor.at.part);
  return text;
}

std::optional<JournalCursor> read_cursor(std::string_view text) {
  JournalCursor cursor;
  std::uint64_t record = 0;
  std::string_view left = text;
  const bool sound = take_hex(left, cursor.journal) && take_dash(left) && take_hex(left, record) &&
                     take_dash(left) && take_hex(left, cursor.at.part) && left.empty();
  cursor.at.record = Position(record);
  if (!sound || record == 0 || text_of(cursor) != text) return std::nullopt;
  return cursor;
}

void append_event(std::string& out, const Event& event, const Teller& teller) {
  append(out, name_of(event), text_of({teller.journal, event.next}), event.at, teller,
         [&](JsonWriter& json) { std::visit([&](const auto& what) { write(json, what); }, event.what); });
}

void append_event(std::string& out, const RegionTurn& turn, EventCursor reached, const Teller& teller) {
  append(out, turn.up ? "region.up" : "region.cut_off", text_of({teller.journal, reached}), turn.at, teller,
         [&](JsonWriter& json) {
           json.flag("journal", false).member("peer", turn.peer);
           json.member("state", name(turn.up ? answer::RegionState::up : answer::RegionState::cut_off));
         });
}

}  // namespace holdfast::api
