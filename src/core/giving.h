// Giving: what becomes of other replicas' asks, and of the answers to them. Those for this replica are
// served, by the rules at the head of asks.h; those between others are passed on, where a link leads on.
#pragma once

#include <optional>
#include <string>

#include "core/ids.h"
#include "core/message.h"

namespace holdfast {

class StepContext;

inline constexpr std::uint8_t ask_hops_max = 7;  // regions that pass an ask on, or its answer

// The link that leads to a region: our own, or that of a region that may know a way.
[[nodiscard]] std::optional<LinkId> route(const StepContext& step, const std::string& region,
                                          std::optional<LinkId> not_back);

void receive_ask(StepContext& step, LinkId from, const message::Ask& ask);
void relay_answer(StepContext& step, LinkId from, const message::AskAnswer& answer);

}  // namespace holdfast
