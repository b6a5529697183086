#include "core/ticks.h"

#include <algorithm>

#include "core/handle.h"
#include "core/links.h"
#include "core/waiting.h"

namespace holdfast {

namespace {

constexpr std::size_t expiries_per_step = 256;  // a stampede's end is swept in small steps
constexpr Millis gauges_interval{1000};
constexpr Millis mark_interval{1000};

NodeTime gauges_due(const Memory& memory) { return memory.gauges_published + gauges_interval; }

// Early enough that no more than mark_interval of node time can be lost with the machine.
NodeTime mark_due(const Memory& memory) { return memory.last_record + mark_interval; }

void publish_gauges(StepContext& step) {
  if (step.memory.gauges_moved.empty() || gauges_due(step.memory) > step.now.node) return;
  Draft draft = step.draft();
  bool any = false;
  for (const SkuId sku : step.memory.gauges_moved) {
    if (!gauges_moved(step.stock(), sku)) continue;  // it moved back, or its row was written since
    draft.publish(sku);
    any = true;
  }
  step.memory.gauges_moved.clear();
  step.memory.gauges_published = step.now.node;
  if (any) step.commit(draft.finish(record::GaugesSet{}));
}

void mark_time(StepContext& step) {
  if (step.state().reservations().size() == 0 || mark_due(step.memory) > step.now.node) return;
  step.commit(step.draft().finish(record::TimePassed{}));
}

}  // namespace

void tick(StepContext& step, const input::Tick& due) {
  if (!due.may_record) {
    refuse_overdue_waiters(step);
    return talk(step);
  }
  expire(step, expiries_per_step);
  wake_waiters(step);  // what expired goes to whoever came first, not to whoever leaves first
  end_overdue_waiters(step);
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
  if (const Deadline* expiry = state.reservations().first_to_expire()) {
    consider(expiry->at);
    consider(mark_due(memory));
  }
  consider(asks_due(memory.asks));
  if (!memory.gauges_moved.empty()) consider(gauges_due(memory));
  return first;
}

}  // namespace holdfast
