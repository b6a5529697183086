// Forks: proof that two processes sell under one name, or that one sells from an older copy of its ledger.
//
// A peer remembers what a replica said: its boots, and its rows. Another nonce for one boot, a boot that
// began before what was already known, a version below one that was heard, or two contents of one version
// cannot come from one ledger that keeps its promises. Whoever sees it takes no more of that replica's rows
// from anyone and shows it the evidence; the accused checks it against its own ledger, and fences itself.
#pragma once

#include <optional>
#include <string>

#include "core/step_context.h"

namespace holdfast {

// Why these two cannot both have been written by one replica; nothing: they can.
[[nodiscard]] std::optional<std::string> contradicts(const Row& known, const Row& said);
[[nodiscard]] std::optional<std::string> contradicts(const std::vector<Boot>& known, Version known_version,
                                                     const Hello& said);

// Takes no more rows of this replica, and shows it what it contradicts.
void accuse(StepContext& step, ReplicaIx replica, std::optional<SkuId> sku, const std::string& reason);

// Rows of our own that came from outside: never merged. One that we never wrote is evidence against us.
void check_own_rows(StepContext& step, const message::Rows& rows, const message::Rows::Section& section);
void check_accusation(StepContext& step, const message::Accusation& accusation);

}  // namespace holdfast
