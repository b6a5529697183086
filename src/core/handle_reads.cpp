#include <algorithm>

#include "core/handle.h"
#include "core/limits.h"
#include "core/listing.h"
#include "core/past.h"
#include "core/recount.h"
#include "core/refuse.h"
#include "core/views.h"

namespace holdfast {

namespace {

constexpr std::size_t many_replicas = 100;  // from here on there is an alarm
static_assert(many_replicas < limits::replicas_max);

answer::RegionView own_view(const StepContext& step) {
  const Stock& stock = step.stock();
  answer::RegionView view;
  view.region = step.config.own.region;
  view.is_self = true;
  view.state = answer::RegionState::up;
  view.skus = stock.size();
  view.rights = told_sum(stock.rights_total(self));
  view.reserved = told_sum(stock.reserved_total(self));
  view.sold_per_1000_s = step.memory.sold.rate(step.now.node).per_1000_s();
  view.refused_per_1000_s = refusal_rates(step);
  view.reserve_us_p50 = step.memory.measured.reserve_us_p50;
  view.reserve_us_p99 = step.memory.measured.reserve_us_p99;
  return view;
}

answer::RegionView view_of(const StepContext& step, const Region& region) {
  answer::RegionView view;
  view.region = region.name;
  view.direct = region.link.has_value();
  view.rtt = region.rtt;
  if (const auto heard = region.last_heard()) view.heard_ago = std::max(Millis(0), step.now.node - *heard);
  if (step.memory.regions.up(region, step.now.node))
    view.state = answer::RegionState::up;
  else if (step.memory.regions.ever_heard(region, step.state()))
    view.state = answer::RegionState::cut_off;
  if (const auto replica = step.state().replicas().of_region(region.name)) {
    view.skus = step.stock().rows_total(*replica);
    view.rights = std::max(no_units, told_sum(step.stock().rights_total(*replica)));
    view.reserved = told_sum(step.stock().reserved_total(*replica));
  }
  if (region.summary) {
    view.skus = region.summary->skus;
    view.reserved = region.summary->reserved;
    view.sold_per_1000_s = region.summary->sold_per_1000_s;
    view.refused_per_1000_s = region.summary->refused_per_1000_s;
    view.reserve_us_p50 = region.summary->reserve_us_p50;
    view.reserve_us_p99 = region.summary->reserve_us_p99;
  }
  return view;
}

std::vector<answer::LostLedger> lost_ledgers(const StepContext& step) {
  std::vector<answer::LostLedger> lost;
  for (const ReplicaIx replica : step.memory.regions.lost(step.state(), step.now.node)) {
    const Held& held = step.stock().held(replica);
    lost.push_back({step.state().replicas().id(replica), told_sum(held.units), held.skus});
  }
  return lost;
}

Reach reach(const StepContext& step) { return step.memory.regions.reach(step.state(), step.now.node); }

}  // namespace

std::vector<answer::Alarm> alarms(const StepContext& step) {
  const std::string& own = step.config.own.region;
  std::vector<answer::Alarm> found;
  if (!step.state().fenced().empty())
    found.push_back({"fenced", step.state().fenced_since(), own, step.state().fenced()});
  for (const MetaSlice::Replica& replica : step.state().replicas().all())
    if (!replica.distrusted.empty())
      found.push_back(
          {"replica_distrusted", replica.distrusted_since, replica.id.region, replica.distrusted});
  for (const Region& region : step.memory.regions.all())
    if (step.memory.regions.has_two_lives(region, step.now.node))
      found.push_back({"two_daemons_of_one_region", region.older_since, region.name,
                       "an older incarnation of region " + region.name +
                           " lives beside the newest: its units are not sold elsewhere; stop the one that is "
                           "not meant to run"});
  for (const ReplicaIx replica : step.memory.regions.unnamed(step.state())) {
    const std::string& name = step.state().replicas().id(replica).region;
    found.push_back({"region_not_named", step.now.shown(step.memory.regions.booted()), name,
                     "region " + name +
                         " sells this stock, and is not among the peers here: name it in the "
                         "configuration"});
  }
  if (const std::size_t known = step.state().replicas().size(); known >= many_replicas)
    found.push_back({"many_replicas", step.now.shown(step.memory.regions.booted()), own,
                     std::to_string(known) + " of the " + std::to_string(limits::replicas_max) +
                         " data directories are known that there may ever be: rows of more are not taken"});
  const auto& audited = step.memory.audited;
  if (audited.mismatches > 0)
    found.push_back({"audit_mismatch", audited.since, own,
                     std::to_string(audited.mismatches) + " numbers differ from the records"});
  return found;
}

answer::RefusalRates refusal_rates(const StepContext& step) {
  const auto rate = [&](RefusalCode code) {
    const auto meter = step.memory.refused.find(code);
    return meter == step.memory.refused.end() ? 0 : meter->second.rate(step.now.node).per_1000_s();
  };
  return {rate(RefusalCode::sold_out), rate(RefusalCode::not_enough), rate(RefusalCode::all_reserved),
          rate(RefusalCode::rights_unreachable), rate(RefusalCode::insufficient_here)};
}

void handle(StepContext& step, RequestToken token, const request::GetReservation& request,
            const Pasts& past) {
  const auto found = known(step.state(), request.id, past);
  if (!found) return step.reply(token, failure(reservation_unknown(request.id)));
  step.reply(token, Success(answer::ReservationAnswer{view(*found, step), false, false}));
}

void answer_list(StepContext& step, RequestToken token, const Listing& gathered) {
  if (!gathered.cursor_is_valid())
    return step.reply(token, failure(invalid("/after", "it is not a cursor that an answer gave")));
  step.reply(token, Success(gathered.page(step)));
}

void handle(StepContext& step, RequestToken token, const request::GetSku& request, const Pasts&) {
  const auto sku = step.stock().find(request.sku);
  if (!sku) return step.reply(token, failure(sku_unknown(request.sku, step)));
  step.reply(token, Success(sku_view(*sku, reach(step), step)));
}

void handle(StepContext& step, RequestToken token, const request::ListSkus& request, const Pasts&) {
  const std::vector<SkuId>& order = step.stock().in_byte_order();
  auto it = std::ranges::upper_bound(order, std::string_view(request.after), {},
                                     [&](SkuId sku) { return std::string_view(step.stock().name(sku)); });
  if (request.after.empty()) it = order.begin();
  const Reach now = reach(step);
  answer::SkuList list;
  for (; it != order.end() && list.skus.size() < request.limit; ++it)
    list.skus.push_back(sku_view(*it, now, step));
  if (it != order.end()) list.next = list.skus.back().sku;
  step.reply(token, Success(std::move(list)));
}

void handle(StepContext& step, RequestToken token, const request::GetAvailability& request, const Pasts&) {
  const Reach now = reach(step);
  answer::SkuList list;
  for (const std::string& name : request.skus) {
    if (const auto sku = step.stock().find(name)) {
      list.skus.push_back(sku_view(*sku, now, step));
    } else {
      list.skus.emplace_back().sku = name;
      list.skus.back().known = false;
    }
  }
  step.reply(token, Success(std::move(list)));
}

void answer_audit(StepContext& step, RequestToken token, const Recount& counted) {
  answer::AuditReport report = counted.report(step.state());
  if (!report.sku.empty()) {
    const auto sku = step.stock().find(report.sku);
    if (!sku) return step.reply(token, failure(sku_unknown(report.sku, step)));
    report.now = sku_view(*sku, reach(step), step);
  }
  report.checked_at = step.now.wall;
  if (!step.memory.regions.view_is_closed(step.state(), step.now.node)) report.oversold = no_units;
  if (report.sku.empty()) {
    auto& audited = step.memory.audited;
    if (audited.mismatches == 0) audited.since = step.now.wall;
    audited.mismatches = report.mismatches.size();
  }
  step.reply(token, Success(std::move(report)));
}

void handle(StepContext& step, RequestToken token, const request::GetStatus&, const Pasts&) {
  answer::Status status;
  status.position = step.state().position();
  status.state_hash = step.stock().state_hash();
  status.pending_reservations = step.state().reservations().size();
  status.ids_kept = step.state().memories().kept(step.now.node);
  if (step.memory.regions.view_is_closed(step.state(), step.now.node)) {
    status.oversold = told_sum(step.stock().oversold());
    status.oversold_checked_ago = Millis(0);
  }
  status.alarms = alarms(step);
  status.regions.push_back(own_view(step));
  for (const Region& region : step.memory.regions.all()) status.regions.push_back(view_of(step, region));
  status.lost = lost_ledgers(step);
  step.reply(token, Success(std::move(status)));
}

}  // namespace holdfast
