// Lies: bytes that can be read and cannot be true, as from a peer whose memory broke, or from a stranger in
// its place. Each is one that its hearer can see through by what it holds itself; of another's row that it
// does not know yet, nobody can, as long as rows are not signed.
//
//   its own row, newer than it ever wrote, or with other content      it never takes it, and fences itself
//   its own version or boots, as it never had them                    it fences itself
//   a peer's row in which a growing field shrank                      it takes no more of that peer's rows
//   what is no message at all                                         the link ends
//
// Pure: a function of what the hearer holds, and of chance.
#pragma once

#include <optional>

#include "core/message.h"
#include "core/state.h"
#include "sim/streams.h"

namespace holdfast::sim {

// Nothing, if it holds nothing yet that could be lied about.
[[nodiscard]] std::optional<Message> draw_lie(const State& hearer, Random& random);
// A whole frame, sound but for what it carries.
[[nodiscard]] Bytes draw_nonsense(Random& random);

}  // namespace holdfast::sim
