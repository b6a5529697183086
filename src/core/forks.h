// Forks: proof that two processes sell under one name, or that one sells from an older copy of its ledger.
//
// A peer remembers what a replica said: its boots, and its rows. Another nonce for one boot, a boot that
// began before what its predecessor had said, or two contents of one version cannot come from one ledger that
// keeps its promises: that is proof. Whoever sees it takes no more of that replica's rows from anyone and
// shows it the evidence; the accused checks it against its own ledger, and fences itself.
//
// A handshake that knows less than what was heard of its replica (its newest version, or boot) is only
// suspect: it may be late, and what was heard came faster by another way. It is shown the evidence: an older
// copy fences itself by that, a sound replica has nothing to fear from it. An earlier boot gets no link; one
// that comes a second time lives beside the later one, which is proof.
#pragma once

#include <optional>
#include <string>

#include "core/step_context.h"

namespace holdfast {

// Why these two cannot both have been written by one replica; nothing: they can.
[[nodiscard]] std::optional<std::string> contradicts(const Row& known, const Row& said);

// What is known of a replica, to be held against its handshake.
struct Acquaintance {
  const std::vector<Boot>& boots;
  Version in_boot;  // its own version in the last of these boots, or in one before
  Version heard;    // the newest of its versions that is known, from whomever
};
struct Contradiction {
  std::string reason;
  bool is_proof = true;  // false: it may be late
};
[[nodiscard]] std::optional<Contradiction> contradicts(const Acquaintance& known, const Hello& said);

// Shows a replica what it contradicts, over this link.
void show_evidence(StepContext& step, LinkId to, ReplicaIx replica, std::optional<SkuId> sku,
                   const std::string& reason);
// Takes no more rows of it, and shows it the evidence wherever it is linked.
void accuse(StepContext& step, ReplicaIx replica, std::optional<SkuId> sku, const std::string& reason);

// This replica is one of two, or an older copy: from now on it sells nothing.
void fence(StepContext& step, const std::string& reason);

// Rows of our own that came from outside, or word of their version: never merged. What we never wrote is
// evidence against us.
void check_own_version(StepContext& step, Version said);
void check_own_rows(StepContext& step, const message::Rows& rows, const message::Rows::Section& section);
void check_accusation(StepContext& step, const message::Accusation& accusation);

}  // namespace holdfast
