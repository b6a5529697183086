// What every ledger may rely on from its caller, asserted in one place.
#pragma once

#include "ledger/ledger.h"

namespace holdfast::ledger {

// The durable state that an Append must fit.
struct JournalState {
  Position last;
  Position checkpoint_began;
};

// Aborts if `what` breaks the port's contract.
void assert_fits(const Append& what, const JournalState& state);

[[nodiscard]] std::uint64_t journal_bytes(const Append& what);

// "region eu of cluster shop", for messages.
[[nodiscard]] std::string describe(const Identity& identity);

// Trouble::other_identity unless cluster and region are the same.
[[nodiscard]] Result<void, Error> check_identity(const Identity& found, const Identity& expected,
                                                 const std::string& where);

}  // namespace holdfast::ledger
