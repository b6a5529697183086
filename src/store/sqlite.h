// A store in SQLite: a file that the shop made and goes on using, from other processes and other connections.
//
// Its journal mode is the shop's, and is left as it is. Foreign keys are enforced for what is written here,
// as the shop's own connections would. Somebody else's transaction is waited for, for a moment.
#pragma once

#include "store/database.h"

namespace holdfast::store {

[[nodiscard]] Opened open_sqlite(const std::string& path);

}  // namespace holdfast::store
