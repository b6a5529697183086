// Anti-entropy: how rows spread, from whoever has them to whoever lacks them.
//
// Scuttlebutt reconciliation (van Renesse et al., "Efficient Reconciliation and Flow Control for Anti-Entropy
// Protocols", LADIS 2008) over single-writer rows: of a SKU only the newest row is kept, so there is no log.
//
// A range (from, to] of a replica holds every row of that replica that the sender has with a version in it;
// `to` is at most the sender's own vector. Who takes it moves its vector only if from ≤ vector < to and every
// row was accepted; rows and vector change in one record. What this carries is I8: if the newest version of a
// row ≤ my vector for its replica, I hold that newest row. Rows without a range may be taken at any time, and
// move nothing.
#pragma once

#include <optional>

#include "core/message.h"
#include "core/session.h"
#include "core/state.h"
#include "core/step_context.h"

namespace holdfast {

// Small enough for a slow link: a peer is heard with each message, and nothing passes one that is under way.
inline constexpr std::size_t rows_bytes_max = std::size_t{32} << 10;  // of one Rows message, about
inline constexpr std::uint64_t rows_in_flight_max = 32;  // Rows messages that are not acknowledged yet

// The rows that the peer lacks, in about so many bytes; nothing: it has all, or has not said where it stands.
// Three quarters go to ranges, replica by replica, one to the newest rows of all that it is far behind with.
[[nodiscard]] std::optional<message::Rows> next_gossip(const State& state, Session& session,
                                                       std::size_t bytes_max);

// Whether the writer's rows come to the peer from itself: it is the peer, or by what that said they are
// linked. So nothing is passed on where all are linked with all, and what is said grows with the square of
// the regions and not with their cube. Over a link whatever was lost is sent again, and who loses one says
// so. Until it notices, or on a slow link, it falls behind: what it says for longer than a round trip that it
// lacks is passed on to it for a while all the same, and it counts as one that does not hear the writer.
[[nodiscard]] bool hears(const Session& session, ReplicaIx writer);

// Whether next_gossip() would find any.
[[nodiscard]] bool has_gossip(const State& state, const Session& session);

// Takes what is new in it, each writer's rows in one record. Evidence against a writer is dealt with
// (forks.h).
void receive_gossip(StepContext& step, Session& session, const message::Rows& rows);

// What the peer states: acknowledgement of what was sent, and the view that it has.
void receive_vector(StepContext& step, Session& session, const message::VersionVector& vector);

// Whatever is not acknowledged is taken for lost.
void send_again(Session& session);

[[nodiscard]] message::VersionVector own_vector(const State& state, const Memory& memory,
                                                const Session& session);

}  // namespace holdfast
