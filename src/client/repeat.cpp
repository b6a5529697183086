#include "client/repeat.h"

namespace holdfast {

bool nothing_was_sent(Failure::Kind kind) {
  return kind != Failure::Kind::timed_out && kind != Failure::Kind::broken;
}

bool is_of_daemon_only(Code code) {
  switch (code) {
    case Code::overloaded:
    case Code::starting:
    case Code::draining:
    case Code::disk_full:
    case Code::fenced:
    case Code::request_timeout:
    case Code::outcome_unknown: return true;
    default: return false;
  }
}

Answer known_of(const Failure& first, Answer again) {
  if (!again) return nothing_was_sent(again.failure().kind) ? Answer(first) : again;
  const bool is_of_daemon =
      again->status == 408 || again->status == 429 || again->status == 503 || again->status == 504;
  return is_of_daemon ? Answer(first) : again;
}

Outcomes known_of(const Failure& first, Outcomes again) {
  if (!again) return nothing_was_sent(again.failure().kind) ? Outcomes(first) : again;
  std::vector<Outcome> outcomes = *again;
  for (Outcome& outcome : outcomes)
    if (is_of_daemon_only(outcome.kind()))
      outcome = {.code = "outcome_unknown",
                 .detail = first.detail + "; asked again: " + outcome.code,
                 .retry_after = outcome.retry_after};
  return outcomes;
}

}  // namespace holdfast
