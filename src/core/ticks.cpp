#include "core/ticks.h"

#include <algorithm>
#include <chrono>

#include "core/handle.h"
#include "core/links.h"
#include "core/waiting.h"

namespace holdfast {

namespace {

constexpr std::size_t expiries_per_step = 256;  // a stampede's end is swept in small steps
constexpr Millis gauges_interval{1000};
constexpr Millis mark_interval{1000};
constexpr Millis idle_mark_interval = std::chrono::hours(1);
constexpr std::size_t rates_per_step = 1024;  // are checked

NodeTime gauges_due(const Memory& memory) { return memory.gauges_published + gauges_interval; }

// While shoppers' deadlines run, no more than mark_interval of node time can be lost with the machine. What
// is kept for a time goes by records, and so grows old also where nothing else happens.
NodeTime mark_due(const State& state, const Memory& memory) {
  return memory.last_record + (state.reservations().size() > 0 ? mark_interval : idle_mark_interval);
}

// Demand here is well below what the other regions were last told of it.
bool rate_fell(const StepContext& step, SkuId sku) {
  const Rate rate = step.memory.demand.lasting_rate(sku, step.now.node);
  return Rate(step.stock().row(self, sku).rate) > rate + rate;
}

// So many go in a second; what is due beyond them waits.
bool rates_fit(const Memory& memory) { return memory.gauges_moved.size() < rates_per_step; }

// None where nobody is told.
std::optional<NodeTime> rate_check_due(const State& state, const Memory& memory, const CoreConfig& config) {
  if (config.peers.empty() || !state.fenced().empty()) return std::nullopt;
  return rates_fit(memory) ? memory.demand.check_due() : std::nullopt;
}

void check_rates(StepContext& step) {
  const auto due = rate_check_due(step.state(), step.memory, step.config);
  if (!due || *due > step.now.node) return;
  for (std::size_t checked = 0; checked < rates_per_step && rates_fit(step.memory); ++checked) {
    const auto sku = step.memory.demand.next_to_check(step.now.node);
    if (!sku) return;
    if (rate_fell(step, *sku)) step.memory.gauges_moved.insert(*sku);
  }
}

void publish_gauges(StepContext& step) {
  if (step.memory.gauges_moved.empty() || gauges_due(step.memory) > step.now.node) return;
  Draft draft = step.draft();
  bool any = false;
  for (const SkuId sku : step.memory.gauges_moved) {
    // It may have moved back, or its row was written since.
    if (!gauges_moved(step.stock(), sku) && !rate_fell(step, sku)) continue;
    draft.publish(sku);
    any = true;
  }
  step.memory.gauges_moved.clear();
  step.memory.gauges_published = step.now.node;
  if (any) step.commit(draft.finish(record::GaugesSet{}));
}

void mark_time(StepContext& step) {
  if (mark_due(step.state(), step.memory) > step.now.node) return;
  step.commit(step.draft().finish(record::TimePassed{}));
}

}  // namespace

void tell_back_on_sale(StepContext& step) {
  const auto skus = step.take_back_on_sale();
  if (skus.empty()) return;  // nearly always
  Draft draft = step.draft();
  bool any = false;
  for (const SkuId sku : skus) {
    if (!back_on_sale(step.stock(), sku)) continue;  // it was taken again
    draft.publish(sku);
    any = true;
  }
  if (any) step.commit(draft.finish(record::GaugesSet{}));
}

void tick(StepContext& step, const input::Tick& due) {
  if (!due.may_record) {
    refuse_overdue_waiters(step);
    return talk(step);
  }
  expire(step, expiries_per_step);
  wake_waiters(step);  // what expired goes to whoever came first, not to whoever leaves first
  end_overdue_waiters(step);
  check_rates(step);
  publish_gauges(step);
  mark_time(step);
  ask_for_wanted(step, true);
  talk(step);
}

std::optional<NodeTime> next_deadline(const State& state, const Memory& memory, const CoreConfig& config,
                                      bool may_record) {
  std::optional<NodeTime> first;
  const auto consider = [&](std::optional<NodeTime> at) {
    if (at && (!first || *at < *first)) first = at;
  };
  consider(memory.waiters.first_deadline());
  if (memory.waiters.size() > 0) consider(memory.regions.worsens_at(memory.outlook));
  consider(talk_due(state, memory, config));
  if (!may_record) return first;
  if (const auto expiry = state.reservations().first_to_expire()) consider(expiry->at);
  consider(mark_due(state, memory));
  consider(asks_due(memory.asks));
  consider(rate_check_due(state, memory, config));
  if (!memory.gauges_moved.empty()) consider(gauges_due(memory));
  return first;
}

}  // namespace holdfast
