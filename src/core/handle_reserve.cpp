#include <algorithm>

#include "core/fingerprint.h"
#include "core/handle.h"
#include "core/past.h"
#include "core/refuse.h"
#include "core/views.h"
#include "core/waiting.h"

namespace holdfast {

namespace {

struct WantedLine {
  SkuId sku;
  Units requested;
  Units available;  // what this request may take, units of the reservation that it replaces included
  Units need;       // beside those
  [[nodiscard]] Units got() const { return std::clamp(available, no_units, requested); }
  [[nodiscard]] bool is_short() const { return available < requested; }
};

// The reservation that the request takes the place of; refused if it may not.
Result<std::optional<Reservation>, Refusal> find_replaced(const StepContext& step,
                                                          const request::Reserve& request,
                                                          const Pasts* past) {
  if (request.replaces.empty()) return std::nullopt;
  std::optional<Reservation> replaced = past != nullptr ? known(step.state(), request.replaces, *past)
                                                        : step.state().reservations().find(request.replaces);
  if (!replaced) return std::nullopt;
  if (replaced->customer != request.customer)
    return failure(invalid("/replaces", "it is another customer's reservation"));
  if (replaced->state == ReservationState::purchased) return failure(state_conflict(*replaced, step));
  if (replaced->state != ReservationState::pending) return std::nullopt;
  return replaced;
}

Units held_by(const std::optional<Reservation>& reservation, SkuId sku) {
  if (!reservation) return no_units;
  const auto found = std::ranges::find(reservation->lines, sku, &ReservedLine::sku);
  return found == reservation->lines.end() ? no_units : found->quantity;
}

Result<Few<WantedLine>, Refusal> look_up(const StepContext& step, const Few<Line>& lines,
                                         const std::optional<Reservation>& replaced) {
  Few<Line> sums;
  if (lines.size() > 1) sums = summed(lines);
  Result<Few<WantedLine>, Refusal> wanted;
  for (const Line& line : lines.size() > 1 ? sums : lines) {
    const auto sku = step.stock().find(line.sku);
    if (!sku) {
      wanted = failure(sku_unknown(line.sku, step));
      break;
    }
    const Units held = held_by(replaced, *sku);
    WantedLine& one = wanted->emplace_back();
    one.sku = *sku;
    one.requested = line.quantity;
    one.available = step.stock().available(*sku) + held;
    one.need = line.quantity - held;
  }
  return wanted;
}

// Of one that waits others may wait for the outcome, who are told the same: it is told in full.
[[nodiscard]] Telling telling(const request::Reserve& request) {
  return request.brief && request.wait == Millis(0) ? Telling::briefly : Telling::in_full;
}

Answer reserve(StepContext& step, request::Reserve& request, const Digest& name, const Digest& print,
               const Few<WantedLine>& wanted, Seldom<ShortLine> shortage,
               const std::optional<Reservation>& replaced) {
  Draft draft = step.draft();
  auto& changed = draft.body<record::ReservationChanged>();
  if (replaced) {
    changed.replaced = *replaced;
    changed.replaced->state = ReservationState::released;
    for (const ReservedLine& line : replaced->lines) draft.reserve(line.sku, -line.quantity);
    draft.remember_reservation(replaced->id);
  }
  Reservation& after = changed.after;
  if (request.key.empty())
    after.id = std::move(request.id);
  else
    after.id = id_from_key(request.key, step.state().hash_seed());
  after.seq = step.state().next_seq();
  after.customer = std::move(request.customer);
  after.fingerprint = print;
  after.created_at = step.now.wall;
  after.expires = step.now.node + request.ttl;
  after.asked_to_replace = !request.replaces.empty();
  if (replaced) after.replaced = replaced->id;
  after.shortage = std::move(shortage);
  for (const WantedLine& line : wanted) {
    if (line.got() == no_units) continue;
    draft.reserve(line.sku, line.got());
    ReservedLine& got = after.lines.emplace_back();
    got.sku = line.sku;
    got.quantity = line.got();
  }
  Answer answer = told(after, step, telling(request), Deed::created);
  step.commit(draft.finish(), &name);
  for (const WantedLine& line : wanted) want_if_running_dry(step, line.sku);
  return answer;
}

// A repeat of what was done: the reservation as it is now, if it is still a promise.
Answer replay(const StepContext& step, const request::Reserve& request, const Reservation& found,
              const Digest& print) {
  if (found.fingerprint != print &&
      found.fingerprint != fingerprint_in_words(request, step.state().hash_seed()))
    return failure(
        idempotency_mismatch(request.key.empty() ? "the id " + found.id : "the key " + request.key));
  if (found.state == ReservationState::released || found.state == ReservationState::expired)
    return failure(state_conflict(found, step));
  return told(found, step, telling(request), Deed::replayed);
}

}  // namespace

Tried try_reserve(StepContext& step, request::Reserve& request, const Digest& name, const Digest& print,
                  const Pasts* past) {
  const auto replaced = find_replaced(step, request, past);
  if (!replaced) return {failure(replaced.error()), false, {}};
  const auto wanted = look_up(step, request.lines, *replaced);
  if (!wanted) return {failure(wanted.error()), false, {}};
  if (step.memory.demand.counts(name))
    for (const WantedLine& line : *wanted) step.memory.demand.add(line.sku, line.requested, step.now.node);

  if (std::ranges::none_of(*wanted, &WantedLine::is_short))
    return {reserve(step, request, name, print, *wanted, {}, *replaced), false, {}};
  Tried tried;
  std::vector<ShortSku> shorts;
  for (const WantedLine& line : *wanted) {
    tried.needs.push_back({line.sku, line.need, line.is_short()});
    if (!line.is_short()) continue;
    shorts.push_back({line.sku, line.requested, line.available});
    want(step, line.sku, line.need);
  }
  Refusal refusal = short_of(step, shorts);
  const bool got_any =
      std::ranges::any_of(*wanted, [](const WantedLine& line) { return line.got() > no_units; });
  if (request.partial && got_any) {
    tried.answer = reserve(step, request, name, print, *wanted, std::move(refusal.shortage), *replaced);
    return tried;
  }
  tried.may_wait = refusal.code == RefusalCode::insufficient_here;
  tried.answer = failure(std::move(refusal));
  return tried;
}

void handle(StepContext& step, RequestToken token, request::Reserve& request, const Pasts& past,
            const std::optional<Digest>& name_of_id) {
  const std::uint64_t hash_seed = step.state().hash_seed();
  std::string made_here;
  if (!request.key.empty()) made_here = id_from_key(request.key, hash_seed);
  const std::string_view id = request.key.empty() ? std::string_view(request.id) : made_here;
  const Digest name = name_of_id ? *name_of_id : name_of_reservation(id, hash_seed);
  const Digest print = fingerprint(request, hash_seed);

  if (!request.key.empty() &&
      (remembered(step.state(), name_of_key(request.key, hash_seed), past) != nullptr ||
       other_waits_under_key(step, request.key, print)))
    return step.reply(token, failure(idempotency_mismatch("the key " + request.key)));
  if (const auto found = known(step.state(), id, name, past))
    return step.reply(token, replay(step, request, *found, print));
  if (join_waiter(step, token, name, print, "the id ", id)) return;
  const Millis wait = request.wait;
  Tried tried = try_reserve(step, request, name, print, &past);
  if (waits(step, tried, wait))
    wait_for_units(step, token, std::move(request), wait, name, print, std::move(tried));
  else
    step.reply(token, std::move(tried.answer));
}

}  // namespace holdfast
