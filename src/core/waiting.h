// Waiting: what becomes of a request that was tried and is short of units.
//
//   tried --done or may not wait--> answered
//   tried --may wait--------------> waiter --units became available--------> tried again
//                                          --no units are known elsewhere--> tried again, and answered
//                                          --its time is up----------------> tried a last time, and answered
#pragma once

#include <vector>

#include "core/step_context.h"

namespace holdfast {

// A request, tried once.
struct Tried {
  Answer answer;
  bool may_wait = false;  // units that would serve it are known elsewhere
  Few<Need> needs;
};

// Joins a request to one that waits under the same name; true: it is taken care of. `kind` and `text`: what
// the name is of, for a refusal.
[[nodiscard]] bool join_waiter(StepContext& step, RequestToken token, const Digest& name,
                               const Digest& fingerprint, std::string_view kind, std::string_view text);

// Whether another request than this one waits under the key, or for the reservation that it would make.
[[nodiscard]] bool other_waits_under_key(const StepContext& step, std::string_view key,
                                         const Digest& fingerprint);

// Whether what was tried waits for units instead of being answered.
[[nodiscard]] bool waits(const StepContext& step, const Tried& tried, Millis wait);
void wait_for_units(StepContext& step, RequestToken token, Request request, Millis wait, const Digest& name,
                    const Digest& fingerprint, Tried tried);

// Tries those again for whom something became available in this step, or for whom nothing is known elsewhere
// any more: only insufficient_here waits.
void wake_waiters(StepContext& step);
// Those whose time is up; with `all`, every one of them (the daemon stops).
void end_overdue_waiters(StepContext& step, bool all = false);
// Those whose time is up while nothing may be recorded: they cannot be tried again.
void refuse_overdue_waiters(StepContext& step);
// The one of this name, if there is one.
void end_waiter(StepContext& step, const Digest& name);
// A reservation was purchased: nobody who waits can take its place any more.
void end_waiters_replacing(StepContext& step, const Reservation& purchased);

// Implemented with their handlers.
// Without `past` it is tried again: what it would take the place of counts only while it is pending. What is
// made of the request has its texts.
[[nodiscard]] Tried try_reserve(StepContext& step, request::Reserve& request, const Digest& name,
                                const Digest& fingerprint, const std::vector<Past>* past);
[[nodiscard]] Tried try_adjust(StepContext& step, const request::Adjust& request);

}  // namespace holdfast
