// Asks: getting rights from where they are to where they are wanted.
//
// An ask says "I know that you have sent me `known`; raise it to `target`", so that a lost, repeated, late or
// relayed one never gives twice. A target is `known` + need, never on top of an earlier target; it lapses
// after two round trips. How much to ask of whom is the policy's (rebalance.h).
//
// Only the asker names givers and targets, so that what i sent to j never exceeds the highest target that j
// asked of i (O9). A giver that passed its units on does not pass the ask on: it answers `cannot` with its
// newest row, which says who has them now, and the asker's next ask goes there at once. But an urgent ask
// stands for a round trip, as long as the asker counts on it: what arrives meanwhile for shoppers who wait no
// more, or was kept for them, goes to whoever asked in vain. Or the last units of a SKU would lie for the
// time that it takes to hear of them and to ask anew, which is as long as shoppers wait.
//
// An ask may come from a replica of which the giver has heard nothing yet, over regions in between. It is met
// by the ask itself: that names it in full, and whoever could forge an ask could forge a row, which
// establishes a replica as well. What is at stake are the rights given. So nothing is given to a replica that
// is not of a configured region, that is older than one that is known of its region (frozen: what is sent
// there is lost), or that contradicted itself (two processes would both spend it).
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <utility>

#include "base/time.h"
#include "core/ids.h"
#include "core/levers.h"
#include "core/message.h"
#include "core/meter.h"
#include "core/units.h"

namespace holdfast {

class StepContext;
struct Region;
struct Snapshot;

// What an asker keeps, in memory only.
struct Asks {
  struct Outstanding {
    Units target;
    NodeTime lapses;
    record::TransferKind kind = record::TransferKind::urgent;
  };
  std::map<std::pair<SkuId, ReplicaIx>, Outstanding> outstanding;
  // A giver that could not give any is not asked again until then, unless it gives since. For those who wait
  // it may be: if it was asked for mere cover, which it keeps of its own from others' cover alone; or if by
  // now it is known to have more than it had.
  struct Cannot {
    NodeTime until;
    record::TransferKind asked_for = record::TransferKind::urgent;
    Units had;
  };
  std::map<std::pair<SkuId, ReplicaIx>, Cannot> cannot;

  // SKUs that shoppers want and that may have to be asked for, and what was refused of them to those who
  // would not wait.
  struct Wanted {
    Units refused;
    NodeTime since{};
  };
  std::map<SkuId, Wanted> wanted;
  NodeTime looked_at{};  // when `wanted` was gone through last, or a part of it

  // Until when what a giver gave is not given back to it for mere cover: rights must not bounce.
  std::map<std::pair<SkuId, ReplicaIx>, NodeTime> received_from;

  // Where the next part of each of these begins, where they are too long to be gone through at a time.
  struct Cursors {
    SkuId wanted;
    std::pair<SkuId, ReplicaIx> outstanding;
    std::pair<SkuId, ReplicaIx> cannot;
    std::pair<SkuId, ReplicaIx> received_from;
  } cursors;

  // What is asked of a giver now.
  [[nodiscard]] std::optional<record::TransferKind> asked_of(SkuId sku, ReplicaIx giver) const {
    const auto ask = outstanding.find({sku, giver});
    return ask == outstanding.end() ? std::nullopt : std::optional(ask->second.kind);
  }

  // What a giver was asked for in vain of late; nothing: it may be asked.
  [[nodiscard]] const Cannot* cannot_now(SkuId sku, ReplicaIx giver, NodeTime now) const {
    const auto found = cannot.find({sku, giver});
    return found == cannot.end() || found->second.until <= now ? nullptr : &found->second;
  }

  void just_received(SkuId sku, ReplicaIx giver, NodeTime now) {
    received_from[{sku, giver}] = now + Millis(300);
    cannot.erase({sku, giver});
  }
};

// What the policy judges a SKU by.
[[nodiscard]] Snapshot snapshot(const StepContext& step, SkuId sku);
// What the operator has decided about it here.
[[nodiscard]] const Lever& lever_of(const StepContext& step, SkuId sku);

// A shopper was short of it, or it may run dry: look at it at the end of this step.
void want(StepContext& step, SkuId sku, Units refused);

// The same after a sale, if what is left is below half of the cover.
void want_if_running_dry(StepContext& step, SkuId sku);

// Asks for whatever is wanted and not here; `all`: also where nothing changed, since asks lapse. Of very many
// SKUs so many at a time, and the next ones a look later.
inline constexpr std::size_t looked_at_once = 4096;
void ask_for_wanted(StepContext& step, bool all);
[[nodiscard]] std::optional<NodeTime> asks_due(const Asks& asks);

// Or what is thought of it while it is not known.
[[nodiscard]] Millis rtt_to(const Region& region);

void receive_ask_answer(StepContext& step, LinkId from, const message::AskAnswer& answer);

}  // namespace holdfast
