// Asks: getting rights from where they are to where they are wanted.
//
// An ask says "I know that you have sent me `known`; raise it to `target`", so that a lost, repeated, late or
// relayed one never gives twice. A target is `known` + need, never on top of an earlier target; it lapses
// after two round trips. How much to ask of whom is the policy's (rebalance.h).
#pragma once

#include <map>
#include <optional>
#include <utility>

#include "base/time.h"
#include "core/ids.h"
#include "core/message.h"
#include "core/meter.h"
#include "core/units.h"

namespace holdfast {

class StepContext;
struct Session;

// What an asker keeps, in memory only.
struct Asks {
  struct Outstanding {
    Units target;
    NodeTime lapses;
    record::TransferKind kind = record::TransferKind::urgent;
  };
  std::map<std::pair<SkuId, ReplicaIx>, Outstanding> outstanding;
  // A giver that could not give any is not asked again until then, unless its row changes.
  std::map<std::pair<SkuId, ReplicaIx>, NodeTime> cannot_until;

  // SKUs that shoppers want and that may have to be asked for, and what was refused of them to those who
  // would not wait.
  struct Wanted {
    Units refused;
    NodeTime since{};
  };
  std::map<SkuId, Wanted> wanted;
  NodeTime looked_at{};  // when all of `wanted` was gone through last

  // Until when what a giver gave is not given back to it for mere cover: rights must not bounce.
  std::map<std::pair<SkuId, ReplicaIx>, NodeTime> received_from;

  // What is asked of a giver now.
  [[nodiscard]] std::optional<record::TransferKind> asked_of(SkuId sku, ReplicaIx giver) const {
    const auto ask = outstanding.find({sku, giver});
    return ask == outstanding.end() ? std::nullopt : std::optional(ask->second.kind);
  }

  void just_received(SkuId sku, ReplicaIx giver, NodeTime now) {
    received_from[{sku, giver}] = now + Millis(2'000);
    cannot_until.erase({sku, giver});
  }
};

// A shopper was short of it, or it may run dry: look at it at the end of this step.
void want(StepContext& step, SkuId sku, Units refused);

// The same after a sale, if what is left is below half of the cover.
void want_if_running_dry(StepContext& step, SkuId sku);

// Asks for whatever is wanted and not here; `all`: also where nothing changed, since asks lapse.
void ask_for_wanted(StepContext& step, bool all);
[[nodiscard]] std::optional<NodeTime> asks_due(const Asks& asks);

void receive_ask(StepContext& step, LinkId from, const message::Ask& ask);
void receive_ask_answer(StepContext& step, LinkId from, const message::AskAnswer& answer);

}  // namespace holdfast
