#include "core/waiting.h"

#include "core/fingerprint.h"
#include "core/limits.h"
#include "core/refuse.h"

namespace holdfast {

namespace {

Tried try_again(StepContext& step, const Request& request) {
  if (const auto* reserve = std::get_if<request::Reserve>(&request))
    return try_reserve(step, *reserve, nullptr);
  return try_adjust(step, std::get<request::Adjust>(request));
}

void answer_all(StepContext& step, const Waiter& waiter, const Answer& answer) {
  for (const RequestToken token : waiter.tokens) step.reply(token, answer);
}

}  // namespace

bool join_waiter(StepContext& step, RequestToken token, const Digest& name, const Digest& fingerprint,
                 std::string_view what) {
  Waiter* waiter = step.memory.waiters.find(name);
  if (waiter == nullptr) return false;
  if (waiter->fingerprint == fingerprint)
    waiter->tokens.push_back(token);
  else
    step.reply(token, failure(idempotency_mismatch(what)));
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

void settle(StepContext& step, RequestToken token, Request request, Millis wait, const Digest& name,
            const Digest& fingerprint, Tried tried) {
  const bool waits = tried.may_wait && wait > Millis(0) && !step.memory.draining &&
                     step.memory.waiters.size() < limits::waiters_max;
  if (!waits) {
    step.reply(token, std::move(tried.answer));
    return;
  }
  step.memory.waiters.add({{token},
                           std::move(request),
                           name,
                           fingerprint,
                           step.now.node + wait,
                           std::move(tried.skus),
                           std::move(tried.wants),
                           std::move(tried.answer.error())});
}

// In order of arrival, each all or nothing; one that is still short is passed over. What one of them gives
// free (it took the place of another reservation) may serve the next.
void wake_waiters(StepContext& step) {
  for (auto freed = step.take_freed(); !freed.empty(); freed = step.take_freed()) {
    for (const SkuId sku : freed) {
      for (const Waiters::Number number : step.memory.waiters.wanting(sku)) {
        if (step.stock().available(sku) <= no_units) break;
        const Waiter* waiter = step.memory.waiters.at(number);
        Tried tried = try_again(step, waiter->request);
        if (tried.may_wait)
          step.memory.waiters.still_short(number, std::move(tried.wants), std::move(tried.answer.error()));
        else
          answer_all(step, step.memory.waiters.take(number), tried.answer);
      }
    }
  }
}

void end_overdue_waiters(StepContext& step, bool all) {
  for (const Waiters::Number number :
       all ? step.memory.waiters.all() : step.memory.waiters.overdue(step.now.node)) {
    const Waiter waiter = step.memory.waiters.take(number);
    answer_all(step, waiter, try_again(step, waiter.request).answer);
  }
}

void refuse_overdue_waiters(StepContext& step) {
  for (const Waiters::Number number : step.memory.waiters.overdue(step.now.node)) {
    const Waiter waiter = step.memory.waiters.take(number);
    answer_all(step, waiter, failure(waiter.refusal));
  }
}

void end_waiters_replacing(StepContext& step, const Reservation& purchased) {
  for (const Waiters::Number number : step.memory.waiters.all()) {
    const auto* reserve = std::get_if<request::Reserve>(&step.memory.waiters.at(number)->request);
    if (reserve == nullptr || reserve->replaces != purchased.id) continue;
    const Waiter waiter = step.memory.waiters.take(number);
    answer_all(step, waiter, failure(state_conflict(RefusalCode::already_purchased, purchased, step)));
  }
}

}  // namespace holdfast
