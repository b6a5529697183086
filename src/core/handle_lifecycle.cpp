#include <algorithm>

#include "core/fingerprint.h"
#include "core/handle.h"
#include "core/limits.h"
#include "core/past.h"
#include "core/refuse.h"
#include "core/views.h"
#include "core/waiting.h"

namespace holdfast {

namespace {

using record::ReservationStep;

Answer done(const StepContext& step, const Reservation& after, Deed deed = Deed::changed) {
  return told(after, step, Telling::in_full, deed);
}

template <class Request>
[[nodiscard]] Telling telling(const Request& request) {
  return request.brief ? Telling::briefly : Telling::in_full;
}

[[nodiscard]] Digest name_of(const StepContext& step, std::string_view id) {
  return name_of_reservation(id, step.state().hash_seed());
}

Answer conflict(const StepContext& step, const Reservation& reservation) {
  return failure(state_conflict(reservation, step));
}

// Ends a pending reservation: its units go to the buyer, or back. As its record says it, while that is the
// last one.
const Reservation& end(StepContext& step, Reservation&& pending, const Digest& name, ReservationEvent event,
                       ReservationStep kind, std::string_view order = {}) {
  Draft draft = step.draft();
  auto& changed = draft.body<record::ReservationChanged>();
  changed.step = kind;
  Reservation& after = changed.after;
  after = std::move(pending);
  const auto state = next(after.state, event);
  HF_ASSERT(state.has_value());
  after.state = *state;
  after.order = order;
  for (const ReservedLine& line : after.lines) {
    if (event == ReservationEvent::purchase)
      draft.purchase(line.sku, line.quantity, line.quantity);
    else
      draft.reserve(line.sku, -line.quantity);
  }
  draft.remember(name);
  step.commit(draft.finish(), &name);
  return after;
}

// Rights that others gave come on top of what was brought in here: more may be sold than that.
std::optional<Refusal> passes_cap(const StepContext& step, const Few<ReservedLine>& lines) {
  for (const ReservedLine& line : lines)
    if (step.stock().row(self, line.sku).purchased + line.quantity > limits::field_units_max)
      return invalid(
          "/id", "the sum of all ever sold here of " + step.stock().name(line.sku) + " would pass its cap");
  return std::nullopt;
}

// What a sale means beyond its record; and its answer.
Answer sold(StepContext& step, const Reservation& after, Telling telling) {
  for (const ReservedLine& line : after.lines) step.memory.sold.add(step.now.node, line.quantity.count());
  end_waiters_replacing(step, after);
  return told(after, step, telling, Deed::changed);
}

// What of these lines is not available, by what each of them needs.
std::vector<ShortSku> shorts(const StepContext& step, const Few<ReservedLine>& needs) {
  std::vector<ShortSku> found;
  for (const ReservedLine& line : needs)
    if (const Units available = step.stock().available(line.sku); available < line.quantity)
      found.push_back({line.sku, line.quantity, available});
  return found;
}

// Somebody tried to have this much, and was refused: it counts as demand once under its name, and each time
// asks for rights of what was short.
void note_attempt(StepContext& step, const Digest& name, const Few<ReservedLine>& wanted,
                  const std::vector<ShortSku>& short_skus) {
  if (step.memory.demand.counts(name))
    for (const ReservedLine& line : wanted) step.memory.demand.add(line.sku, line.quantity, step.now.node);
  for (const ShortSku& sku : short_skus)
    want(step, sku.sku, sku.requested - (sku.available - step.stock().available(sku.sku)));
}

// The payment came after the deadline: the units are taken again if they are still there.
Answer reacquire(StepContext& step, const Reservation& expired, const Digest& name,
                 const request::Purchase& request) {
  if (const auto short_skus = shorts(step, expired.lines); !short_skus.empty()) {
    note_attempt(step, name_of_reservation("reacquire " + expired.id, step.state().hash_seed()),
                 expired.lines, short_skus);
    Refusal refusal = short_of(step, short_skus);
    refusal.reservation = view(expired, step);
    return failure(std::move(refusal));
  }
  if (auto refusal = passes_cap(step, expired.lines)) return failure(*std::move(refusal));
  Draft draft = step.draft();
  Reservation after = expired;
  after.state = *next(expired.state, ReservationEvent::reacquire);
  after.order = request.order;
  for (const ReservedLine& line : after.lines) draft.purchase(line.sku, line.quantity, no_units);
  draft.remember(name);
  step.commit(draft.finish(record::ReservationChanged{ReservationStep::reacquired, after, {}, {}, {}}));
  return sold(step, after, telling(request));
}

Answer repurchase(const StepContext& step, const Reservation& purchased, const request::Purchase& request) {
  if (request.order.empty() || request.order == purchased.order)
    return told(purchased, step, telling(request), Deed::replayed);
  Refusal refusal;
  refusal.code = RefusalCode::idempotency_mismatch;
  refusal.detail = "reservation " + purchased.id + " was purchased " +
                   (purchased.order.empty() ? "without an order" : "with order " + purchased.order) +
                   "; repeat it with the same or with none";
  return failure(refusal);
}

Answer purchase(StepContext& step, const request::Purchase& request, const Pasts& past, const Digest& name) {
  if (auto pending = step.state().reservations().find(request.id, name)) {
    if (auto refusal = passes_cap(step, pending->lines)) return failure(*std::move(refusal));
    return sold(step,
                end(step, *std::move(pending), name, ReservationEvent::purchase, ReservationStep::purchased,
                    request.order),
                telling(request));
  }
  const Reservation* found = ended(step.state(), request.id, name, past);
  if (found == nullptr) return failure(reservation_unknown(request.id));
  if (found->state == ReservationState::purchased) return repurchase(step, *found, request);
  if (found->state == ReservationState::expired && request.if_expired == request::IfExpired::reacquire)
    return reacquire(step, *found, name, request);
  return conflict(step, *found);
}

// A waiting request that is released is tried a last time, for its figures, and ends there: it held nothing.
std::optional<Answer> release_waiter(StepContext& step, const request::Release& request, const Digest& name) {
  const Waiter* waiter = step.memory.waiters.find(name);
  if (waiter == nullptr) return std::nullopt;
  const auto& asked = std::get<request::Reserve>(waiter->request);
  answer::ReservationView released;
  released.id = request.id;
  released.state = ReservationState::released;
  released.customer = asked.customer;
  released.created_at = step.now.wall;
  for (const Line& line : summed(asked.lines)) released.lines.push_back({line.sku, line.quantity, no_units});
  end_waiter(step, name);
  return Success(answer::ReservationAnswer{std::move(released), false, false});
}

Answer release(StepContext& step, const request::Release& request, const Pasts& past, const Digest& name) {
  auto waited = release_waiter(step, request, name);
  if (auto pending = step.state().reservations().find(request.id, name))
    return told(end(step, *std::move(pending), name, ReservationEvent::release, ReservationStep::released),
                step, telling(request), Deed::changed);
  if (waited) return *std::move(waited);
  const Reservation* found = ended(step.state(), request.id, name, past);
  if (found == nullptr) return failure(reservation_unknown(request.id));
  if (found->state == ReservationState::purchased) return conflict(step, *found);
  return told(*found, step, telling(request),
              found->state == ReservationState::released ? Deed::replayed : Deed::changed);
}

// The pending reservation; or why it cannot be changed any more.
Result<Reservation, Refusal> find_pending(const StepContext& step, const std::string& id, const Pasts& past) {
  if (auto pending = step.state().reservations().find(id)) return *std::move(pending);
  const Reservation* found = ended(step.state(), id, past);
  if (found == nullptr) return failure(reservation_unknown(id));
  return failure(state_conflict(*found, step));
}

Answer extend(StepContext& step, const request::Extend& request, const Pasts& past) {
  const auto pending = find_pending(step, request.id, past);
  if (!pending) return failure(pending.error());
  Reservation after = *pending;
  after.expires = step.now.node + request.ttl;
  step.commit(step.draft().finish(record::ReservationChanged{ReservationStep::extended, after, {}, {}, {}}));
  return done(step, after);
}

Result<Few<ReservedLine>, Refusal> look_up(const StepContext& step, const Few<Line>& lines) {
  Few<ReservedLine> found;
  for (const Line& line : summed(lines)) {
    const auto sku = step.stock().find(line.sku);
    if (!sku) return failure(sku_unknown(line.sku, step));
    found.push_back({*sku, line.quantity, no_units});
  }
  return found;
}

// How much more (+) or less (−) of each SKU the new list holds than the old one.
std::map<SkuId, Units> differences(const Few<ReservedLine>& before, const Few<ReservedLine>& after) {
  std::map<SkuId, Units> change;
  for (const ReservedLine& line : before) change[line.sku] -= line.quantity;
  for (const ReservedLine& line : after) change[line.sku] += line.quantity;
  std::erase_if(change, [](const auto& entry) { return entry.second == no_units; });
  return change;
}

Answer change(StepContext& step, const request::Change& request, const Pasts& past) {
  const auto pending = find_pending(step, request.id, past);
  if (!pending) return failure(pending.error());
  auto lines = look_up(step, request.lines);
  if (!lines) return failure(lines.error());
  std::vector<ShortSku> short_skus;
  Few<ReservedLine> more_wanted;
  const auto changes = differences(pending->lines, *lines);
  for (const ReservedLine& line : *lines) {
    const auto more = changes.find(line.sku);
    if (more == changes.end() || more->second < no_units) continue;
    more_wanted.push_back({line.sku, more->second, no_units});
    if (more->second <= step.stock().available(line.sku)) continue;
    const Units held = line.quantity - more->second;
    short_skus.push_back({line.sku, line.quantity, step.stock().available(line.sku) + held});
  }
  if (!short_skus.empty()) {
    note_attempt(step, fingerprint(request, step.state().hash_seed()), more_wanted, short_skus);
    return failure(short_of(step, short_skus));
  }
  if (pending->lines == *lines) return done(step, *pending);
  Draft draft = step.draft();
  for (const auto& [sku, units] : changes) draft.reserve(sku, units);
  Reservation after = *pending;
  after.lines = *std::move(lines);
  after.shortage.clear();
  step.commit(draft.finish(record::ReservationChanged{
      ReservationStep::changed, after, {}, {}, {pending->lines.begin(), pending->lines.end()}}));
  return done(step, after);
}

// What comes back of each line of the purchase; refused where it is more than was bought.
Result<Few<ReservedLine>, Refusal> returned_lines(const StepContext& step, const request::Return& request,
                                                  const Reservation& purchased) {
  Few<ReservedLine> back;
  if (request.lines.empty()) {
    for (const ReservedLine& line : purchased.lines)
      if (line.quantity > line.returned) back.push_back({line.sku, line.quantity - line.returned, no_units});
    if (back.empty()) return failure(invalid("/lines", "everything of this purchase has come back already"));
    return back;
  }
  const Few<Line> lines = summed(request.lines);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto sku = step.stock().find(lines[i].sku);
    const auto bought =
        sku ? std::ranges::find(purchased.lines, *sku, &ReservedLine::sku) : purchased.lines.end();
    if (bought == purchased.lines.end() || lines[i].quantity > bought->quantity - bought->returned)
      return failure(invalid("/lines/" + std::to_string(i) + "/quantity",
                             "more of " + lines[i].sku + " than was bought and has not come back yet"));
    back.push_back({*sku, lines[i].quantity, no_units});
  }
  return back;
}

Answer give_back(StepContext& step, const request::Return& request, const Reservation& purchased,
                 const Digest& print) {
  const auto back = returned_lines(step, request, purchased);
  if (!back) return failure(back.error());
  Draft draft = step.draft();
  Reservation after = purchased;
  for (const ReservedLine& line : *back) {
    if (step.stock().row(self, line.sku).received + line.quantity > limits::field_units_max)
      return failure(invalid("/lines", "the sum of all stock ever brought in here would pass its cap"));
    draft.take_back(line.sku, line.quantity);
    std::ranges::find(after.lines, line.sku, &ReservedLine::sku)->returned += line.quantity;
  }
  draft.remember_reservation(after.id);
  draft.remember_key(request.key);
  step.commit(draft.finish(record::ReservationChanged{ReservationStep::returned,
                                                      after,
                                                      {},
                                                      KeyUse{request.key, print},
                                                      {purchased.lines.begin(), purchased.lines.end()}}));
  return done(step, after);
}

Answer give_back(StepContext& step, const request::Return& request, const Pasts& past) {
  const std::uint64_t hash_seed = step.state().hash_seed();
  const Digest print = fingerprint(request, hash_seed);
  if (const Record* before = remembered(step.state(), name_of_key(request.key, hash_seed), past)) {
    const auto* changed = std::get_if<record::ReservationChanged>(&before->body);
    const KeyUse* use = key_use(*before, request.key);
    if (changed == nullptr || use == nullptr || use->fingerprint != print)
      return failure(idempotency_mismatch("the key " + request.key));
    return done(step, changed->after, Deed::replayed);
  }
  if (known(step.state(), id_from_key(request.key, hash_seed), past) ||
      other_waits_under_key(step, request.key, print))
    return failure(idempotency_mismatch("the key " + request.key));
  const auto found = known(step.state(), request.id, past);
  if (!found) return failure(reservation_unknown(request.id));
  if (found->state != ReservationState::purchased) return conflict(step, *found);
  return give_back(step, request, *found, print);
}

}  // namespace

void handle(StepContext& step, RequestToken token, const request::Purchase& request, const Pasts& past,
            const std::optional<Digest>& name_of_id) {
  step.reply(token, purchase(step, request, past, name_of_id ? *name_of_id : name_of(step, request.id)));
}

void handle(StepContext& step, RequestToken token, const request::Release& request, const Pasts& past,
            const std::optional<Digest>& name_of_id) {
  step.reply(token, release(step, request, past, name_of_id ? *name_of_id : name_of(step, request.id)));
}

void handle(StepContext& step, RequestToken token, const request::Extend& request, const Pasts& past) {
  step.reply(token, extend(step, request, past));
}

void handle(StepContext& step, RequestToken token, const request::Change& request, const Pasts& past) {
  step.reply(token, change(step, request, past));
}

void handle(StepContext& step, RequestToken token, const request::Return& request, const Pasts& past) {
  step.reply(token, give_back(step, request, past));
}

void expire(StepContext& step, std::size_t most) {
  for (; most > 0; --most) {
    const auto first = step.state().reservations().first_to_expire();
    if (!first || first->at > step.now.node) return;
    auto pending = step.state().reservations().find(first->seq);
    const Digest name = name_of(step, pending->id);
    (void)end(step, *std::move(pending), name, ReservationEvent::deadline, ReservationStep::expired);
  }
}

}  // namespace holdfast
