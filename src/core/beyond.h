// Beyond: rows that a replica holds beyond its vector for their writer, once no link reaches the writer.
//
// Rows that are pushed, or sent as the newest, come ahead of their range. While their writer is linked the
// range follows. Once it is gone, nobody can ever put them into one: a range ends at its sender's vector. So
// they are relayed without: each side states for such a writer a fingerprint of what it holds beyond its
// vector, and who is as far, and holds something else, pushes its own. Both end with the newest row of each
// SKU and so with one fingerprint, and fall silent; nothing is remembered, so nothing is lost with a session
// or a boot. Nor with a message: who holds some says so again as long as it has not heard what the other
// holds, and who is told of some and holds none answers that.
#pragma once

#include <cstdint>
#include <optional>

#include "core/session.h"
#include "core/state.h"
#include "core/step_context.h"

namespace holdfast {

// Of the writer's rows that are held beyond `than`, whatever their order; 0: there are none.
[[nodiscard]] std::uint64_t fingerprint_beyond(const Stock& stock, ReplicaIx writer, Version than);

// No more of the writer's rows need be sent here: it contradicted itself, or some of them can never be taken.
[[nodiscard]] bool refuses_more(const State& state, const Memory& memory, ReplicaIx writer);

// What own_vector() states of a writer; nothing: it is linked here, or no more of its rows are taken.
[[nodiscard]] std::optional<std::uint64_t> stated_beyond(const State& state, const Memory& memory,
                                                         ReplicaIx writer);

// The peer states what it holds beyond: whether it is to be told that none of it is here.
[[nodiscard]] bool lacks_all_beyond(const State& state, const Memory& memory, ReplicaIx writer,
                                    std::optional<std::uint64_t> stated);

// Pushes to the peer what it said it lacks; looked at with each of its heartbeats.
void relay_beyond(StepContext& step, LinkId link, Session& session);

}  // namespace holdfast
