// Stock that the back office brings in or writes off by SQL: a row in holdfast_adjustment, which the follower
// of its region passes on to the daemon. What comes of it stands in the row's state: done, or the code of the
// refusal; and the stock column follows by the event, in every copy of the table.
//
// Once, by the row's id: it is the key. A row that was asked for and has had no answer for a day is `late`,
// and left to a person: the daemon may have forgotten it.
#pragma once

#include "store/database.h"
#include "store/region.h"

namespace holdfast::store {

// How many were answered. Trouble of the daemon is none: they stay open.
[[nodiscard]] Result<std::size_t, Trouble> pass_on_adjustments(StoreDatabase& store, Region& region,
                                                               std::int64_t now_seconds);

}  // namespace holdfast::store
