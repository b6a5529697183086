#include <algorithm>

#include "core/fingerprint.h"
#include "core/handle.h"
#include "core/import.h"
#include "core/limits.h"
#include "core/past.h"
#include "core/refuse.h"
#include "core/waiting.h"

namespace holdfast {

namespace {

// What was done under this key before: nothing, the record of the same request, or a refusal of another one.
Result<const Record*, Refusal> before(const StepContext& step, const std::string& key, const Digest& print,
                                      const Pasts& past) {
  if (other_waits_under_key(step, key, print)) return failure(idempotency_mismatch("the key " + key));
  const std::uint64_t hash_seed = step.state().hash_seed();
  const bool made_reservation = known(step.state(), id_from_key(key, hash_seed), past).has_value();
  const Record* record = remembered(step.state(), name_of_key(key, hash_seed), past);
  if (record == nullptr && !made_reservation) return nullptr;
  const KeyUse* use = record != nullptr ? key_use(*record, key) : nullptr;
  if (use == nullptr || use->fingerprint != print) return failure(idempotency_mismatch("the key " + key));
  return record;
}

std::optional<Refusal> meant_elsewhere(const StepContext& step, const std::string& region) {
  if (region.empty() || region == step.config.own.region) return std::nullopt;
  return wrong_region(region, step.config.own.region);
}

bool over_cap(Units total, Units more) { return total + more > limits::field_units_max; }

Answer replay(const StepContext& step, const record::StockAdjusted& adjusted, WallTime at) {
  return Success(answer::Adjusted{step.stock().name(adjusted.sku), adjusted.delta, adjusted.reason, at,
                                  adjusted.available_after, adjusted.counted, true});
}

struct Adjustment {
  std::string_view sku;
  Units delta;
  std::string_view reason;
  bool counted = false;
  KeyUse key;
};

Refusal cap_passed(const Adjustment& adjustment, const std::string& what) {
  return invalid(adjustment.counted ? "/counted" : "/delta",
                 "the sum of all stock ever " + what + " here would pass " +
                     std::to_string(limits::field_units_max.count()));
}

Answer adjust(StepContext& step, const Adjustment& adjustment) {
  const auto known = step.stock().find(adjustment.sku);
  const Row& row = known ? step.stock().row(self, *known) : Row{};
  if (over_cap(row.received, adjustment.delta)) return failure(cap_passed(adjustment, "brought in"));
  if (over_cap(row.written_off, -adjustment.delta)) return failure(cap_passed(adjustment, "written off"));
  Draft draft = step.draft();
  const SkuId sku = draft.sku(adjustment.sku);
  if (adjustment.delta > no_units) draft.receive(sku, adjustment.delta);
  if (adjustment.delta < no_units) draft.write_off(sku, -adjustment.delta);
  draft.remember_key(adjustment.key.key);
  const Units available = (known ? step.stock().available(sku) : no_units) + adjustment.delta;
  step.commit(draft.finish(record::StockAdjusted{sku, adjustment.delta, std::string(adjustment.reason),
                                                 available, adjustment.counted, adjustment.key}));
  return Success(answer::Adjusted{std::string(adjustment.sku), adjustment.delta,
                                  std::string(adjustment.reason), step.now.wall, available,
                                  adjustment.counted, false});
}

KeyUse use_of(const StepContext& step, const auto& request) {
  return {request.key, fingerprint(request, step.state().hash_seed())};
}

Answer count(StepContext& step, const request::Count& request) {
  const auto sku = step.stock().find(request.sku);
  if (!sku && request.counted == no_units) return failure(sku_unknown(request.sku, step));
  const Units rights = sku ? step.stock().rights(*sku) : no_units;
  const Units delta = request.counted - rights;
  if (sku && -delta > step.stock().available(*sku))
    return failure(short_of(step, {{*sku, -delta, step.stock().available(*sku)}}));
  return adjust(step, {request.sku, delta, request.reason, true, use_of(step, request)});
}

Answer move_rights(StepContext& step, const request::MoveRights& request) {
  const Region* region = step.memory.regions.find(request.to);
  if (region == nullptr)
    return failure(invalid("/to", request.to == step.config.own.region
                                      ? "that is this region itself"
                                      : "no such region is configured here"));
  const auto sku = step.stock().find(request.sku);
  if (!sku) return failure(sku_unknown(request.sku, step));
  // Its newest incarnation may have no row yet, and no link to here: then its summary came over others.
  const Replicas& replicas = step.state().replicas();
  auto known = replicas.of_region(request.to);
  if (known && region->summary && replicas.id(*known).incarnation < region->summary->replica.incarnation)
    known.reset();
  if (!known && !region->summary)
    return failure(
        unavailable(RefusalCode::rights_unreachable, "region " + request.to + " was never heard; try again"));
  if (!known && replicas.size() >= limits::replicas_max)
    return failure(unavailable(RefusalCode::rights_unreachable,
                               "region " + request.to + " has a new identity, and this one knows of " +
                                   std::to_string(limits::replicas_max) + " already, as many as it may"));
  if (known && !replicas.distrusted(*known).empty())
    return failure(
        unavailable(RefusalCode::rights_unreachable, "region " + request.to +
                                                         " contradicted itself: two processes may sell what "
                                                         "it is given; restore it first"));
  if (known && over_cap(sent_to(step.stock().row(self, *sku), *known), request.quantity))
    return failure(invalid("/quantity", "the sum of all rights ever sent there would pass " +
                                            std::to_string(limits::field_units_max.count())));
  if (const Units available = step.stock().available(*sku); available < request.quantity)
    return failure(short_of(step, {{*sku, request.quantity, available}}));
  Draft draft = step.draft();
  const ReplicaIx to = known ? *known : draft.replica(region->summary->replica);
  draft.send(*sku, to, request.quantity);
  draft.remember_key(request.key);
  const Units rights = step.stock().rights(*sku) - request.quantity;
  step.commit(draft.finish(record::RightsSent{*sku, to, request.quantity, record::TransferKind::by_hand,
                                              rights, use_of(step, request)}));
  return Success(answer::RightsMoved{request.sku, request.to, request.quantity, rights, false});
}

}  // namespace

Tried try_adjust(StepContext& step, const request::Adjust& request) {
  const auto sku = step.stock().find(request.sku);
  const Adjustment adjustment{request.sku, request.delta, request.reason, false, use_of(step, request)};
  if (request.delta > no_units) return {adjust(step, adjustment), false, {}};
  if (!sku) return {failure(sku_unknown(request.sku, step)), false, {}};
  const Units wanted = -request.delta;
  const Units available = step.stock().available(*sku);
  if (available >= wanted) return {adjust(step, adjustment), false, {}};
  want(step, *sku, wanted);
  Refusal refusal = short_of(step, {{*sku, wanted, available}});
  const bool may_wait = refusal.code == RefusalCode::insufficient_here;
  return {failure(std::move(refusal)), may_wait, {{*sku, wanted, true}}};
}

void handle(StepContext& step, RequestToken token, const request::Adjust& request, const Pasts& past) {
  const std::uint64_t hash_seed = step.state().hash_seed();
  const Digest print = fingerprint(request, hash_seed);
  if (auto refusal = meant_elsewhere(step, request.region))
    return step.reply(token, failure(*std::move(refusal)));
  const auto done = before(step, request.key, print, past);
  if (!done) return step.reply(token, failure(done.error()));
  if (*done != nullptr)
    return step.reply(token, replay(step, std::get<record::StockAdjusted>((*done)->body), (*done)->wall));
  const Digest name = name_of_key(request.key, hash_seed);
  if (join_waiter(step, token, name, print, "the key ", request.key)) return;
  Tried tried = try_adjust(step, request);
  if (waits(step, tried, request.wait))
    wait_for_units(step, token, request, request.wait, name, print, std::move(tried));
  else
    step.reply(token, std::move(tried.answer));
}

void handle(StepContext& step, RequestToken token, const request::Count& request, const Pasts& past) {
  if (auto refusal = meant_elsewhere(step, request.region))
    return step.reply(token, failure(*std::move(refusal)));
  const auto done = before(step, request.key, fingerprint(request, step.state().hash_seed()), past);
  if (!done) return step.reply(token, failure(done.error()));
  if (*done != nullptr)
    return step.reply(token, replay(step, std::get<record::StockAdjusted>((*done)->body), (*done)->wall));
  step.reply(token, count(step, request));
}

void handle(StepContext& step, RequestToken token, request::Import& request, const Pasts& past) {
  if (auto refusal = meant_elsewhere(step, request.region))
    return step.reply(token, failure(*std::move(refusal)));
  const KeyUse use = use_of(step, request);
  const auto done = before(step, request.key, use.fingerprint, past);
  if (!done) return step.reply(token, failure(done.error()));
  if (*done == nullptr) {
    if (request.by_sku.empty()) order_lines(request);
    return step.reply(token, Success(receive(step, request, use)));
  }
  answer::Imported result = std::get<record::StockImported>((*done)->body).result;
  result.replayed = true;
  step.reply(token, Success(std::move(result)));
}

void handle(StepContext& step, RequestToken token, const request::MoveRights& request, const Pasts& past) {
  if (auto refusal = meant_elsewhere(step, request.region))
    return step.reply(token, failure(*std::move(refusal)));
  const auto done = before(step, request.key, fingerprint(request, step.state().hash_seed()), past);
  if (!done) return step.reply(token, failure(done.error()));
  if (*done == nullptr) return step.reply(token, move_rights(step, request));
  const auto& sent = std::get<record::RightsSent>((*done)->body);
  step.reply(token,
             Success(answer::RightsMoved{request.sku, request.to, sent.quantity, sent.rights_after, true}));
}

}  // namespace holdfast
