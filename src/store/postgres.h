// A store in PostgreSQL, over libpq in pipeline mode: statements go out without waiting for the answer of the
// one before, so that a batch costs a few round trips and not thousands.
#pragma once

#include "store/database.h"

namespace holdfast::store {

// `stop` as for open_store().
[[nodiscard]] Opened open_postgres(const std::string& url, const std::atomic<bool>* stop);
// What kind of trouble a SQLSTATE is by itself: of the connection or the moment, of the set-up (so too a
// sequence at its end, 2200H), and all others of the row. So is XX000: what a trigger in C or another
// language refuses without naming a state.
[[nodiscard]] TroubleKind kind_of(std::string_view state);

}  // namespace holdfast::store
