// Links: sessions with peers come and go, and what is said over them at its pace.
//
// Who may talk to us is decided here, from the handshake alone: the right cluster, a configured region, one
// session per region, and a replica that does not contradict what is known of it (forks.h).
#pragma once

#include <optional>

#include "core/step_context.h"

namespace holdfast {

void link_up(StepContext& step, const input::LinkUp& up);
void link_down(StepContext& step, LinkId link);
void receive(StepContext& step, const input::Received& received);

// Heartbeats, rows, vectors and summaries that are due; pushes that a peer waits for leave at once.
void talk(StepContext& step);
// The same, for what cannot wait for its pace: pushes, and the answers to asks behind them.
void push(StepContext& step);

[[nodiscard]] std::optional<NodeTime> talk_due(const State& state, const Memory& memory,
                                               const CoreConfig& config);

}  // namespace holdfast
