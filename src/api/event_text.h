// How events look on a stream of the server-sent kind (WHATWG HTML, 9.2), and cursors as text. Pure.
//
//   id: 1f00c2a7-3e8-0
//   event: reservation.purchased
//   data: {"cursor":"1f00c2a7-3e8-0","region":"eu","at":"…", …the object after it}
//
// A cursor is opaque to others: which journal, and where in it reading goes on.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/events.h"

namespace holdfast::api {

// Tells journals apart, so that a cursor of one is not taken for a place in another.
using JournalTag = std::uint32_t;

struct JournalCursor {
  JournalTag journal = 0;
  EventCursor at;
  bool operator==(const JournalCursor&) const = default;
};

[[nodiscard]] std::string text_of(const JournalCursor& cursor);
// Nothing: no daemon gave this.
[[nodiscard]] std::optional<JournalCursor> read_cursor(std::string_view text);

// Whose stream it is.
struct Teller {
  std::string_view region;
  JournalTag journal = 0;
};

void append_event(std::string& out, const Event& event, const Teller& teller);

// Another region was cut off, or is up again. It is in no journal, so nobody is told later, and the cursor is
// the one that the stream has reached.
struct RegionTurn {
  std::string peer;
  bool up = false;
  WallTime at;
};
void append_event(std::string& out, const RegionTurn& turn, EventCursor reached, const Teller& teller);

inline constexpr std::string_view ping_text = ": ping\n\n";

}  // namespace holdfast::api
