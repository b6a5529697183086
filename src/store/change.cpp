#include "store/change.h"

namespace holdfast::store {
namespace {

std::optional<State> state_of(std::string_view name) {
  if (name == "pending") return State::pending;
  if (name == "purchased") return State::purchased;
  if (name == "released") return State::released;
  if (name == "expired") return State::expired;
  return std::nullopt;
}

}  // namespace

std::optional<Reservation> read_reservation(const json::value& body) {
  const auto id = string_at(body, "id");
  const auto state = state_of(string_at(body, "state").value_or(""));
  if (!id || !state) return std::nullopt;
  Reservation reservation{*id, *state, string_at(body, "customer"), {}};
  for (const json::value& line : list(body, "lines"))
    reservation.lines.push_back({string_at(line, "sku").value_or(""), number(line, "quantity").value_or(0),
                                 number(line, "returned").value_or(0)});
  return reservation;
}

std::optional<Change> read_change(std::string cursor, std::string event, std::string data) {
  const auto body = parse_json(data);
  if (!body || cursor.empty()) return std::nullopt;
  Change change{.cursor = std::move(cursor),
                .event = std::move(event),
                .data = std::move(data),
                .at = string_at(*body, "at").value_or(""),
                .region = string_at(*body, "region").value_or(""),
                .what = {}};
  if (change.event.starts_with("reservation.")) {
    auto reservation = read_reservation(*body);
    if (!reservation) return std::nullopt;
    change.what = *std::move(reservation);
  } else if (change.event == "stock.adjusted") {
    const auto sku = string_at(*body, "sku");
    if (!sku) return std::nullopt;
    change.what =
        StockAdjusted{*sku, number(*body, "delta").value_or(0), string_at(*body, "reason").value_or("")};
  }
  return change;
}

}  // namespace holdfast::store
