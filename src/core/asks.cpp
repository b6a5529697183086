#include "core/asks.h"

#include <algorithm>

#include "core/giving.h"
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

Millis longest_rtt(const StepContext& step) {
  Millis longest{0};
  for (const Region& region : step.memory.regions.all()) longest = std::max(longest, rtt_to(region));
  return longest;
}

// As last heard.
Units available_of(const StepContext& step, ReplicaIx replica, SkuId sku) {
  return step.stock().rights(replica, sku) - step.stock().row(replica, sku).reserved;
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

void send_ask(StepContext& step, SkuId sku, const PlannedAsk& planned, std::int64_t demand) {
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
                                0, ask_hops_max, demand});
}

// Whether the SKU may be forgotten: nobody waits for it, and no wish is left.
bool ask_for(StepContext& step, SkuId sku) {
  Snapshot here = snapshot(step, sku);
  const auto plan = plan_asks(here, lever_of(step, sku));
  if (plan.empty()) {
    const auto& wanted = step.memory.asks.wanted.at(sku);
    return here.waiting == no_units &&
           (here.available >= here.refused || wanted.since + wanted_for < step.now.node);
  }
  for (const PlannedAsk& planned : plan) send_ask(step, sku, planned, here.demand.per_million_s());
  return here.waiting == no_units && step.memory.asks.wanted.at(sku).since + wanted_for < step.now.node;
}

// Units that shoppers wanted a moment ago are the demand of that moment: a shopper who tries again and again
// outweighs a region where somebody bought yesterday.
Rate demand_of(const Snapshot& here) {
  const std::int64_t refused = std::min(here.refused, limits::quantity_max).count();
  return std::max(here.want.rate, std::min(Rate(refused * 1'000'000'000 / wanted_for.count()), rate_max));
}

}  // namespace

Millis rtt_to(const Region& region) { return region.rtt.value_or(rtt_unknown); }

const Lever& lever_of(const StepContext& step, SkuId sku) {
  return step.memory.levers.of(step.config.levers, sku, step.stock().name(sku));
}

Snapshot snapshot(const StepContext& step, SkuId sku) {
  const NodeTime now = step.now.node;
  Snapshot here;
  here.available = step.stock().available(sku);
  here.waiting = step.memory.waiters.wanted(sku);
  here.spoken_for = step.memory.waiters.spoken_for(sku);
  here.on_its_way = on_its_way(step, sku);
  here.want = step.memory.demand.want(sku, now);
  here.region = step.config.own.region;
  if (const auto wanted = step.memory.asks.wanted.find(sku); wanted != step.memory.asks.wanted.end())
    here.refused = wanted->second.refused;
  here.demand = demand_of(here);
  for (const Region& region : step.memory.regions.all()) {
    const auto replica = step.state().replicas().of_region(region.name);
    if (!replica || !step.memory.regions.up(region, now)) continue;
    if (!step.state().replicas().distrusted(*replica).empty()) continue;  // its rows are not taken
    const Asks::Cannot* cannot = step.memory.asks.cannot_now(sku, *replica, now);
    const Units available = available_of(step, *replica, sku);
    const bool has_none =
        cannot != nullptr && cannot->asked_for == record::TransferKind::urgent && available <= cannot->had;
    here.others.push_back({*replica, available,
                           std::min(Rate(step.stock().row(*replica, sku).rate), rate_max), rtt_to(region),
                           has_none, region.name, cannot != nullptr && !has_none});
  }
  return here;
}

void want(StepContext& step, SkuId sku, Units refused) {
  if (step.config.peers.empty()) return;
  Asks::Wanted& wanted = step.memory.asks.wanted[sku];
  if (wanted.since + wanted_for < step.now.node) wanted.refused = no_units;
  wanted.refused = std::max(wanted.refused, refused);
  wanted.since = step.now.node;
  step.memory.ask_now.insert(sku);
}

void want_if_running_dry(StepContext& step, SkuId sku) {
  if (step.config.peers.empty() || lever_of(step, sku).move != RightsMove::automatic) return;
  if (step.stock().available(sku) <
      reorder_point(step.memory.demand.want(sku, step.now.node), longest_rtt(step)))
    want(step, sku, no_units);
}

namespace {

// Erases what is `over` of the next part, from its first to its last.
template <class Map, class Over>
void go_through(Map& all, typename Map::key_type& cursor, const Over& over) {
  auto next = all.lower_bound(cursor);
  for (std::size_t looked = 0; looked < looked_at_once && next != all.end(); ++looked)
    next = over(*next) ? all.erase(next) : std::next(next);
  cursor = next == all.end() ? typename Map::key_type{} : next->first;
}

void look_through(StepContext& step, Asks& asks) {
  const NodeTime now = step.now.node;
  const auto is_past = [now](const auto& until) { return until.second <= now; };
  go_through(asks.wanted, asks.cursors.wanted,
             [&](const auto& wanted) { return ask_for(step, wanted.first); });
  go_through(asks.outstanding, asks.cursors.outstanding,
             [now](const auto& ask) { return ask.second.lapses <= now; });
  go_through(asks.cannot, asks.cursors.cannot,
             [now](const auto& cannot) { return cannot.second.until <= now; });
  go_through(asks.received_from, asks.cursors.received_from, is_past);
  UnmetAsks& unmet = step.memory.unmet;
  go_through(unmet.all, unmet.cursor, [now](const auto& ask) { return ask.second.lapses <= now; });
}

}  // namespace

void ask_for_wanted(StepContext& step, bool all) {
  Asks& asks = step.memory.asks;
  if (!step.state().fenced().empty()) {  // it must not spend what it would get
    asks.wanted.clear();
    step.memory.ask_now.clear();
  }
  if (all && asks.looked_at + look_interval <= step.now.node) {
    asks.looked_at = step.now.node;
    look_through(step, asks);
  }
  if (step.memory.ask_now.empty()) return;  // nearly always
  for (const SkuId sku : std::exchange(step.memory.ask_now, {}))
    if (asks.wanted.contains(sku)) (void)ask_for(step, sku);
}

std::optional<NodeTime> asks_due(const Asks& asks) {
  return asks.wanted.empty() ? std::nullopt : std::optional(asks.looked_at + look_interval);
}

void receive_ask_answer(StepContext& step, LinkId from, const message::AskAnswer& answer) {
  if (answer.asker != step.config.own) return relay_answer(step, from, answer);
  const auto sku = step.stock().find(answer.sku);
  const auto giver = step.state().replicas().find(answer.giver);
  if (!sku || !giver) return;
  Asks& asks = step.memory.asks;
  const auto outstanding = asks.outstanding.find({*sku, *giver});
  auto asked_for = record::TransferKind::urgent;
  if (outstanding != asks.outstanding.end() && outstanding->second.target <= answer.target) {
    asked_for = outstanding->second.kind;
    asks.outstanding.erase(outstanding);
  }
  if (answer.cannot)
    asks.cannot[{*sku, *giver}] = {step.now.node + cannot_for, asked_for, available_of(step, *giver, *sku)};
  if (asks.wanted.contains(*sku)) step.memory.ask_now.insert(*sku);
}

}  // namespace holdfast
