// Change: what one event of the feed (GET /v1/events) means to the store's tables.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "text/json.h"

namespace holdfast::store {

enum class State { pending, purchased, released, expired };

struct Line {
  std::string sku;
  std::int64_t quantity = 0;
  std::int64_t returned = 0;  // of them, so far
  bool operator==(const Line&) const = default;
};

// A reservation as it is after the event. The rows of a store are made of this alone, so one that was missed
// is made up for by the next of the same reservation.
struct Reservation {
  std::string id;
  State state = State::pending;
  std::optional<std::string> customer;
  std::vector<Line> lines;
  bool operator==(const Reservation&) const = default;
};

struct StockAdjusted {
  std::string sku;
  std::int64_t delta = 0;
  std::string reason;
};

struct Change {
  std::string cursor;
  std::string event;  // its type and its data, as they came
  std::string data;
  std::string at;                                                 // when it happened there
  std::string region = {};                                        // where
  std::variant<std::monostate, Reservation, StockAdjusted> what;  // none: of no interest to a store
};

// The reason of stock that migrate brings in from the store: what says to a follower that the inventory has
// it already.
inline constexpr std::string_view moved_in_reason = "moved in from the store";

// Of reservations that stand for rows which the shop had before: store-17 is its row 17.
inline constexpr std::string_view adopted_prefix = "store-";

// Nothing: this is no event of this API.
[[nodiscard]] std::optional<Change> read_change(std::string cursor, std::string event, std::string data);
[[nodiscard]] std::optional<Reservation> read_reservation(const json::value& body);

}  // namespace holdfast::store
