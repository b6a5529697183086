// Repeat: what is known of a call that was sent once more because a kept connection ended without an answer.
// The first time it may have been done, whatever the second time came to. Pure functions; any thread.
#pragma once

#include "holdfast/client.h"

namespace holdfast {

[[nodiscard]] bool nothing_was_sent(Failure::Kind kind);

// It speaks of the daemon, which did not look at what was asked: one that says so of a repeat says nothing of
// what came before it.
[[nodiscard]] bool is_of_daemon_only(Code code);

// `first` may have happened: that `again` was not even sent, or not looked at, does not take it back.
[[nodiscard]] Answer known_of(const Failure& first, Answer again);
[[nodiscard]] Outcomes known_of(const Failure& first, Outcomes again);

}  // namespace holdfast
