#include "client/repeat.h"

namespace holdfast {

bool nothing_was_sent(Failure::Kind kind) {
  return kind != Failure::Kind::timed_out && kind != Failure::Kind::broken;
}

Answer known_of(const Failure& first, Answer again) {
  if (!again && nothing_was_sent(again.failure().kind)) return first;
  return again;
}

Outcomes known_of(const Failure& first, Outcomes again) {
  if (!again && nothing_was_sent(again.failure().kind)) return first;
  return again;
}

}  // namespace holdfast
