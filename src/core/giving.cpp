#include "core/giving.h"

#include <algorithm>
#include <iterator>

#include "core/asks.h"
#include "core/forks.h"
#include "core/limits.h"
#include "core/rebalance.h"
#include "core/step_context.h"

namespace holdfast {

namespace {

constexpr std::size_t unmet_max = 10'000;

// Whether nothing speaks against giving to it: see the head of asks.h.
bool may_receive(const StepContext& step, const ReplicaId& asker) {
  const Region* region = step.memory.regions.find(asker.region);
  if (region == nullptr || !step.state().fenced().empty()) return false;
  if (region->summary && asker.incarnation < region->summary->replica.incarnation) return false;
  const Replicas& replicas = step.state().replicas();
  const auto newest = replicas.of_region(asker.region);
  if (!newest || replicas.id(*newest).incarnation < asker.incarnation)
    return replicas.size() < limits::replicas_max;
  return replicas.id(*newest) == asker && replicas.distrusted(*newest).empty();
}

bool just_received_from(const StepContext& step, SkuId sku, ReplicaIx replica) {
  const auto until = step.memory.asks.received_from.find({sku, replica});
  return until != step.memory.asks.received_from.end() && until->second > step.now.node;
}

// Gives what the ask still lacks and the policy allows; how much was given.
Units give(StepContext& step, const message::Ask& ask, SkuId sku) {
  Draft draft = step.draft();
  const ReplicaIx asker = draft.replica(ask.asker);
  const Units sent = sent_to(step.stock().row(self, sku), asker);
  const Asked asked{asker, std::min(Rate(ask.demand), rate_max), ask.kind,
                    std::max(no_units, ask.target - sent), ask.asker.region};
  if (ask.kind != record::TransferKind::urgent && just_received_from(step, sku, asker)) return no_units;
  const Units quantity = std::min({std::max(no_units, ask.target - sent),
                                   willing_to_give(snapshot(step, sku), asked, lever_of(step, sku)),
                                   limits::quantity_max, limits::field_units_max - sent});
  if (quantity <= no_units) return no_units;
  draft.send(sku, asker, quantity);
  const Units rights = step.stock().rights(sku) - quantity;
  step.commit(draft.finish(record::RightsSent{sku, asker, quantity, ask.kind, rights, std::nullopt}));
  return quantity;
}

// It knows of more than this ledger ever sent: this is an older copy of the one that sent it.
bool knows_too_much(StepContext& step, const message::Ask& ask, std::optional<SkuId> sku) {
  const auto asker = step.state().replicas().find(ask.asker);
  const Units sent = sku && asker ? sent_to(step.stock().row(self, *sku), *asker) : no_units;
  if (ask.known <= sent) return false;
  fence(step, "region " + ask.asker.region + " knows of " + std::to_string(ask.known.count()) +
                  " rights of " + ask.sku + " sent to it, which this ledger never sent: it is an older copy");
  return true;
}

// A row goes ahead of what is answered about it.
void push_ahead(StepContext& step, LinkId to, ReplicaIx writer, SkuId sku) {
  const auto session = step.memory.sessions.find(to);
  if (session != step.memory.sessions.end() && step.stock().row(writer, sku).exists())
    session->second.pushes.emplace(writer, sku);
  step.memory.push_now.insert(to);
}

void answer(StepContext& step, LinkId to, const message::Ask& ask, bool cannot) {
  step.memory.ask_answers.emplace_back(
      to, message::AskAnswer{ask.asker, ask.giver, ask.sku, ask.target, cannot, ask_hops_max});
}

bool is_met(const StepContext& step, const message::Ask& ask, SkuId sku) {
  const auto asker = step.state().replicas().find(ask.asker);
  return asker && sent_to(step.stock().row(self, sku), *asker) >= ask.target;
}

// One of whoever may receive.
void let_stand(StepContext& step, LinkId from, const message::Ask& ask, SkuId sku) {
  auto& unmet = step.memory.unmet.all;
  const UnmetAsks::Key key{sku, ask.asker.region};
  if (is_met(step, ask, sku))
    unmet.erase(key);
  else if (unmet.size() < unmet_max)
    unmet[key] = {ask, from, step.now.node + rtt_to(*step.memory.regions.find(ask.asker.region))};
}

// The row goes along also when it was given before: the ask may be a repeat of one that was lost.
void answer_ask(StepContext& step, LinkId from, const message::Ask& ask) {
  const auto sku = step.stock().find(ask.sku);
  const bool may = may_receive(step, ask.asker) && !knows_too_much(step, ask, sku) && sku;
  const Units given = may ? give(step, ask, *sku) : no_units;
  if (sku) push_ahead(step, from, self, *sku);
  answer(step, from, ask, given == no_units);
  if (may && ask.kind == record::TransferKind::urgent) let_stand(step, from, ask, *sku);
}

// Those for one SKU. The row says it: another answer would have them ask again.
void meet_asks(StepContext& step, SkuId sku) {
  auto& unmet = step.memory.unmet.all;
  for (auto it = unmet.lower_bound({sku, {}}); it != unmet.end() && it->first.first == sku;) {
    const auto& [ask, from, lapses] = it->second;
    const bool stands = lapses > step.now.node && may_receive(step, ask.asker);
    if (stands && give(step, ask, sku) > no_units) push_ahead(step, from, self, sku);
    it = stands && !is_met(step, ask, sku) ? std::next(it) : unmet.erase(it);
  }
}

}  // namespace

void meet_asks(StepContext& step) {
  for (const SkuId sku : step.take_giveable()) meet_asks(step, sku);
}

std::optional<LinkId> route(const StepContext& step, const std::string& region,
                            std::optional<LinkId> not_back) {
  const Region* to = step.memory.regions.find(region);
  if (to != nullptr && to->link) return to->link;
  if (to != nullptr && to->by_way_of && to->by_way_of != not_back) return to->by_way_of;
  for (const Region& relay : step.memory.regions.all())
    if (relay.link && relay.link != not_back) return relay.link;
  return std::nullopt;
}

void receive_ask(StepContext& step, LinkId from, const message::Ask& ask) {
  if (Millis(ask.age_ms) > limits::wait_max) return;  // nobody waits for it any more
  if (ask.giver == step.config.own) return answer_ask(step, from, ask);
  if (ask.hops_left == 0 || ask.asker == step.config.own) return;
  message::Ask relayed = ask;
  relayed.hops_left = std::min(ask.hops_left, ask_hops_max) - 1;
  if (const Region* region = step.memory.regions.on(from); region != nullptr && region->rtt)
    relayed.age_ms += static_cast<std::uint32_t>(region->rtt->count() / 2);
  if (const auto link = route(step, ask.giver.region, from); link && *link != from) step.send(*link, relayed);
}

void relay_answer(StepContext& step, LinkId from, const message::AskAnswer& answer) {
  if (answer.hops_left == 0) return;
  message::AskAnswer relayed = answer;
  relayed.hops_left = std::min(answer.hops_left, ask_hops_max) - 1;
  const auto link = route(step, answer.asker.region, from);
  if (!link || *link == from) return;
  const auto sku = step.stock().find(answer.sku);
  const auto giver = step.state().replicas().find(answer.giver);
  if (sku && giver) push_ahead(step, *link, *giver, *sku);
  step.memory.ask_answers.emplace_back(*link, std::move(relayed));
}

}  // namespace holdfast
