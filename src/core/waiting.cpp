#include "core/waiting.h"

#include <algorithm>
#include <iterator>

#include "core/asks.h"
#include "core/fingerprint.h"
#include "core/limits.h"
#include "core/refuse.h"

namespace holdfast {

namespace {

Tried try_again(StepContext& step, const Waiter& waiter) {
  if (const auto* waiting = std::get_if<request::Reserve>(&waiter.request)) {
    request::Reserve reserve = *waiting;
    return try_reserve(step, reserve, waiter.name, waiter.fingerprint, nullptr);
  }
  return try_adjust(step, std::get<request::Adjust>(waiter.request));
}

// It waits no longer: what was kept for it others may have.
template <class Which>
Waiter take(StepContext& step, const Which& which) {
  Waiter waiter = step.memory.waiters.take(which);
  for (const Need& need : waiter.needs) step.may_give(need.sku);
  return waiter;
}

void answer_all(StepContext& step, const Waiter& waiter, const Answer& answer) {
  for (const RequestToken token : waiter.tokens) step.reply(token, Answer(answer));
}

void try_again(StepContext& step, Waiters::Number number) {
  const Waiter* waiter = step.memory.waiters.at(number);
  if (waiter == nullptr) return;  // it was answered a moment ago
  Tried tried = try_again(step, *waiter);
  if (tried.may_wait)
    step.memory.waiters.still_short(number, std::move(tried.needs));
  else
    answer_all(step, take(step, number), tried.answer);
}

// Each once, in order of arrival.
std::vector<Waiters::Number> in_order(std::vector<Waiters::Number> numbers) {
  std::ranges::sort(numbers);
  numbers.erase(std::ranges::unique(numbers).begin(), numbers.end());
  return numbers;
}

// Whether all that it needs is here. What it lacks is said anew, and asked for.
bool is_all_here(StepContext& step, Waiters::Number number) {
  Few<Need> needs = step.memory.waiters.at(number)->needs;
  bool all = true;
  bool changed = false;
  for (Need& need : needs) {
    const bool is_short = step.stock().available(need.sku) < need.units;
    if (is_short && !need.is_short) want(step, need.sku, need.units);
    changed = changed || is_short != need.is_short;
    all = all && !is_short;
    need.is_short = is_short;
  }
  if (changed) step.memory.waiters.still_short(number, std::move(needs));
  return all;
}

// In order of arrival, each all or nothing; one that is still short is passed over. What one of them gives
// free (it took the place of another reservation) may serve the next.
void serve_freed(StepContext& step) {
  const Waiters& waiters = step.memory.waiters;
  for (auto freed = step.take_freed(); !freed.empty(); freed = step.take_freed()) {
    std::vector<Waiters::Number> numbers;
    for (const SkuId sku : freed)
      std::ranges::copy(waiters.served_by(sku, step.stock().available(sku)), std::back_inserter(numbers));
    for (const Waiters::Number number : in_order(std::move(numbers)))
      if (const Waiter* waiter = waiters.at(number);
          waiter != nullptr && (is_flexible(*waiter) || is_all_here(step, number)))
        try_again(step, number);
  }
}

// Whoever comes new may have taken what was there for one who waits for something else beside it.
void note_taken(StepContext& step, const std::vector<SkuId>& touched) {
  for (const SkuId sku : touched)
    for (const Waiters::Number number : step.memory.waiters.short_since(sku, step.stock().available(sku)))
      (void)is_all_here(step, number);
}

// Those who need more than is known to be available anywhere: of the SKUs that changed, or of all, if it is
// the world that looks otherwise.
void end_hopeless(StepContext& step, std::vector<SkuId> skus) {
  const Regions& regions = step.memory.regions;
  Outlook outlook = regions.outlook(step.state(), step.now.node);
  if (outlook != step.memory.outlook) skus = step.memory.waiters.skus();
  step.memory.outlook = std::move(outlook);
  if (!step.memory.outlook.closed || skus.empty()) return;
  const Reach reach = regions.reach(step.state(), step.now.node);
  std::vector<Waiters::Number> hopeless;
  for (const SkuId sku : skus) {
    const Supply supply = supply_of(sku, step.state(), reach);
    std::ranges::copy(step.memory.waiters.needing_more_than(sku, supply.here + supply.up),
                      std::back_inserter(hopeless));
  }
  for (const Waiters::Number number : in_order(std::move(hopeless))) try_again(step, number);
}

void refuse_all(StepContext& step, const Refusal& refusal) {
  for (const Waiters::Number number : step.memory.waiters.all())
    answer_all(step, take(step, number), failure(refusal));
}

}  // namespace

bool join_waiter(StepContext& step, RequestToken token, const Digest& name, const Digest& fingerprint,
                 std::string_view kind, std::string_view text) {
  const Waiter* waiter = step.memory.waiters.find(name);
  if (waiter == nullptr) return false;
  if (waiter->fingerprint == fingerprint)
    step.memory.waiters.join(name, token);
  else
    step.reply(token, failure(idempotency_mismatch(std::string(kind).append(text))));
  return true;
}

bool other_waits_under_key(const StepContext& step, std::string_view key, const Digest& fingerprint) {
  const std::uint64_t hash_seed = step.state().hash_seed();
  const auto other_waits = [&](const Digest& name) {
    const Waiter* waiter = step.memory.waiters.find(name);
    return waiter != nullptr && waiter->fingerprint != fingerprint;
  };
  return other_waits(name_of_key(key, hash_seed)) ||
         other_waits(name_of_reservation(id_from_key(key, hash_seed), hash_seed));
}

bool waits(const StepContext& step, const Tried& tried, Millis wait) {
  return tried.may_wait && wait > Millis(0) && !step.memory.draining &&
         step.memory.waiters.size() < limits::waiters_max &&
         step.memory.waiters.lines() + tried.needs.size() <= limits::waiting_lines_max;
}

void wait_for_units(StepContext& step, RequestToken token, Request request, Millis wait, const Digest& name,
                    const Digest& fingerprint, Tried tried) {
  step.memory.waiters.add(
      {{token}, std::move(request), name, fingerprint, step.now.node + wait, std::move(tried.needs)});
}

void wake_waiters(StepContext& step) {
  if (step.memory.waiters.size() == 0) return;
  if (!step.state().fenced().empty())
    return refuse_all(step, unavailable(RefusalCode::fenced, step.state().fenced()));
  serve_freed(step);
  std::vector<SkuId> touched = step.take_touched();
  note_taken(step, touched);
  end_hopeless(step, std::move(touched));
}

void end_overdue_waiters(StepContext& step, bool all) {
  for (const Waiters::Number number :
       all ? step.memory.waiters.all() : step.memory.waiters.overdue(step.now.node)) {
    const Waiter waiter = take(step, number);
    answer_all(step, waiter, try_again(step, waiter).answer);
  }
}

void refuse_overdue_waiters(StepContext& step) {
  for (const Waiters::Number number : step.memory.waiters.overdue(step.now.node)) {
    answer_all(
        step, step.memory.waiters.take(number),
        failure(unavailable(RefusalCode::disk_full, "the disk is full: units that came cannot be taken")));
  }
}

void end_waiter(StepContext& step, const Digest& name) {
  if (step.memory.waiters.find(name) == nullptr) return;
  const Waiter waiter = take(step, name);
  answer_all(step, waiter, try_again(step, waiter).answer);
}

void end_waiters_replacing(StepContext& step, const Reservation& purchased) {
  for (const Waiters::Number number : step.memory.waiters.replacing(purchased.id)) {
    const Waiter waiter = take(step, number);
    answer_all(step, waiter, failure(state_conflict(purchased, step)));
  }
}

}  // namespace holdfast
