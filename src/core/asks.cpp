#include "core/asks.h"

#include <algorithm>

#include "core/limits.h"
#include "core/rebalance.h"
#include "core/step_context.h"

namespace holdfast {

namespace {

constexpr Millis look_interval{100};
constexpr Millis wanted_for{3'000};  // a refused shopper's wish is remembered so long
constexpr Millis cannot_for{300};
constexpr Millis rtt_unknown{200};
constexpr Millis lapse_min{100};
constexpr std::uint8_t hops_max = 3;

Millis rtt_to(const Region& region) { return region.rtt.value_or(rtt_unknown); }

Millis longest_rtt(const StepContext& step) {
  Millis longest{0};
  for (const Region& region : step.memory.regions.all()) longest = std::max(longest, rtt_to(region));
  return longest;
}

// The link that leads to a region: our own, or that of a region that may know a way.
std::optional<LinkId> route(const StepContext& step, const std::string& region,
                            std::optional<LinkId> not_back) {
  const Region* to = step.memory.regions.find(region);
  if (to != nullptr && to->link) return to->link;
  for (const Region& relay : step.memory.regions.all())
    if (relay.link && relay.link != not_back) return relay.link;
  return std::nullopt;
}

// What is on its way by an earlier ask need not be asked for again elsewhere.
Units on_its_way(const StepContext& step, SkuId sku) {
  Units total;
  const auto& outstanding = step.memory.asks.outstanding;
  for (auto it = outstanding.lower_bound({sku, ReplicaIx(0)});
       it != outstanding.end() && it->first.first == sku; ++it)
    if (it->second.lapses > step.now.node)
      total += std::max(no_units, it->second.target - sent_to(step.stock().row(it->first.second, sku), self));
  return total;
}

Snapshot snapshot(const StepContext& step, SkuId sku) {
  const NodeTime now = step.now.node;
  Snapshot here{step.stock().available(sku), step.memory.waiters.wanted(sku),   no_units,
                on_its_way(step, sku),       step.memory.demand.want(sku, now), {}};
  if (const auto wanted = step.memory.asks.wanted.find(sku); wanted != step.memory.asks.wanted.end())
    here.refused = wanted->second.refused;
  for (const Region& region : step.memory.regions.all()) {
    const auto replica = step.state().replicas().of_region(region.name);
    if (!replica || !step.memory.regions.up(region, now)) continue;
    const auto cannot = step.memory.asks.cannot_until.find({sku, *replica});
    const Row& row = step.stock().row(*replica, sku);
    here.others.push_back({*replica, step.stock().rights(*replica, sku) - row.reserved, Rate(row.rate),
                           rtt_to(region),
                           cannot != step.memory.asks.cannot_until.end() && cannot->second > now});
  }
  return here;
}

void send_ask(StepContext& step, SkuId sku, const PlannedAsk& planned) {
  Asks& asks = step.memory.asks;
  const ReplicaId& giver = step.state().replicas().id(planned.giver);
  const Units known = sent_to(step.stock().row(planned.giver, sku), self);
  const Units target = known + planned.quantity;
  const auto before = asks.outstanding.find({sku, planned.giver});
  if (before != asks.outstanding.end() && before->second.lapses > step.now.node &&
      before->second.target >= target && before->second.kind <= planned.kind)
    return;
  const auto link = route(step, giver.region, std::nullopt);
  if (!link) return;
  const Millis rtt = rtt_to(*step.memory.regions.find(giver.region));
  asks.outstanding[{sku, planned.giver}] = {target, step.now.node + std::max(rtt * 2, lapse_min),
                                            planned.kind};
  step.send(*link, message::Ask{step.config.own, giver, step.stock().name(sku), known, target, planned.kind,
                                0, hops_max});
}

// Whether the SKU may be forgotten: nobody waits for it, and no wish is left.
bool ask_for(StepContext& step, SkuId sku) {
  Snapshot here = snapshot(step, sku);
  const auto plan = plan_asks(here, step.config.move);
  if (plan.empty()) {
    const auto& wanted = step.memory.asks.wanted.at(sku);
    return here.waiting == no_units &&
           (here.available >= here.refused || wanted.since + wanted_for < step.now.node);
  }
  for (const PlannedAsk& planned : plan) send_ask(step, sku, planned);
  return here.waiting == no_units && step.memory.asks.wanted.at(sku).since + wanted_for < step.now.node;
}

bool is_current(const StepContext& step, const ReplicaId& id) {
  return step.memory.regions.find(id.region) != nullptr;
}

// Gives what the ask still lacks and the policy allows; how much was given.
Units give(StepContext& step, const message::Ask& ask, SkuId sku, ReplicaIx asker) {
  const Units sent = sent_to(step.stock().row(self, sku), asker);
  const Asked asked{asker, Rate(step.stock().row(asker, sku).rate), ask.kind,
                    ask.asker.region < step.config.own.region};
  const auto taken = step.memory.asks.received_from.find({sku, asker});
  const bool just_received = taken != step.memory.asks.received_from.end() && taken->second > step.now.node;
  if (just_received && ask.kind != record::TransferKind::urgent) return no_units;
  const Units quantity = std::min({std::max(no_units, ask.target - sent),
                                   willing_to_give(snapshot(step, sku), asked, step.config.move),
                                   limits::quantity_max, limits::field_units_max - sent});
  if (quantity <= no_units) return no_units;
  Draft draft = step.draft();
  draft.send(sku, asker, quantity);
  const Units rights = step.stock().rights(sku) - quantity;
  step.commit(draft.finish(record::RightsSent{sku, asker, quantity, ask.kind, rights, std::nullopt}));
  return quantity;
}

void answer_ask(StepContext& step, LinkId from, const message::Ask& ask) {
  const auto sku = step.stock().find(ask.sku);
  const auto asker = step.state().replicas().of_region(ask.asker.region);
  message::AskAnswer answer{ask.asker, ask.giver, ask.sku, ask.target, true, hops_max};
  const bool may_give =
      sku && asker && step.state().replicas().id(*asker) == ask.asker && is_current(step, ask.asker);
  if (may_give) {
    const Units sent = sent_to(step.stock().row(self, *sku), *asker);
    if (ask.known > sent)
      step.notice("region " + ask.asker.region + " knows of more rights of " + ask.sku +
                  " sent to it than this ledger does");
    else
      answer.cannot = give(step, ask, *sku, *asker) == no_units;
    // The row goes ahead of the answer, also when it was given before: the ask may be a repeat of one that
    // was lost.
    if (const auto session = step.memory.sessions.find(from);
        session != step.memory.sessions.end() && step.stock().row(self, *sku).exists())
      session->second.pushes.insert(*sku);
    step.memory.push_now.insert(from);
  }
  step.memory.ask_answers.emplace_back(from, std::move(answer));
}

}  // namespace

void want(StepContext& step, SkuId sku, Units refused) {
  if (step.config.peers.empty()) return;
  Asks::Wanted& wanted = step.memory.asks.wanted[sku];
  if (wanted.since + wanted_for < step.now.node) wanted.refused = no_units;
  wanted.refused = std::max(wanted.refused, refused);
  wanted.since = step.now.node;
  step.memory.ask_now.insert(sku);
}

void want_if_running_dry(StepContext& step, SkuId sku) {
  if (step.config.peers.empty() || step.config.move != RightsMove::automatic) return;
  if (step.stock().available(sku) <
      reorder_point(step.memory.demand.want(sku, step.now.node), longest_rtt(step)))
    want(step, sku, no_units);
}

void ask_for_wanted(StepContext& step, bool all) {
  Asks& asks = step.memory.asks;
  if (all && asks.looked_at + look_interval <= step.now.node) {
    asks.looked_at = step.now.node;
    std::erase_if(asks.wanted, [&](const auto& wanted) { return ask_for(step, wanted.first); });
    std::erase_if(asks.outstanding, [&](const auto& ask) { return ask.second.lapses <= step.now.node; });
    std::erase_if(asks.cannot_until, [&](const auto& cannot) { return cannot.second <= step.now.node; });
    std::erase_if(asks.received_from, [&](const auto& until) { return until.second <= step.now.node; });
  }
  for (const SkuId sku : std::exchange(step.memory.ask_now, {}))
    if (asks.wanted.contains(sku)) (void)ask_for(step, sku);
}

std::optional<NodeTime> asks_due(const Asks& asks) {
  return asks.wanted.empty() ? std::nullopt : std::optional(asks.looked_at + look_interval);
}

void receive_ask(StepContext& step, LinkId from, const message::Ask& ask) {
  if (ask.giver == step.config.own) return answer_ask(step, from, ask);
  if (ask.hops_left == 0 || ask.asker == step.config.own) return;
  message::Ask relayed = ask;
  --relayed.hops_left;
  if (const auto link = route(step, ask.giver.region, from); link && *link != from) step.send(*link, relayed);
}

void receive_ask_answer(StepContext& step, LinkId from, const message::AskAnswer& answer) {
  if (answer.asker != step.config.own) {
    if (answer.hops_left == 0) return;
    message::AskAnswer relayed = answer;
    --relayed.hops_left;
    if (const auto link = route(step, answer.asker.region, from); link && *link != from)
      step.send(*link, relayed);
    return;
  }
  const auto sku = step.stock().find(answer.sku);
  const auto giver = step.state().replicas().find(answer.giver);
  if (!sku || !giver) return;
  Asks& asks = step.memory.asks;
  const auto outstanding = asks.outstanding.find({*sku, *giver});
  if (outstanding != asks.outstanding.end() && outstanding->second.target <= answer.target)
    asks.outstanding.erase(outstanding);
  if (answer.cannot) asks.cannot_until[{*sku, *giver}] = step.now.node + cannot_for;
  if (asks.wanted.contains(*sku)) step.memory.ask_now.insert(*sku);
}

}  // namespace holdfast
