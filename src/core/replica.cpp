#include "core/replica.h"

#include <algorithm>
#include <boost/container/static_vector.hpp>

#include "base/assert.h"
#include "base/overloaded.h"
#include "core/giving.h"
#include "core/handle.h"
#include "core/invariants.h"
#include "core/links.h"
#include "core/past.h"
#include "core/refuse.h"
#include "core/ticks.h"
#include "core/waiting.h"

namespace holdfast {

namespace {

void start(StepContext& step, const input::Started& started) {
  const std::vector<Boot>& boots = step.state().boots();
  const std::uint32_t number = boots.empty() ? 1 : boots.back().number + 1;
  const Boot boot{number, started.boot_nonce, step.state().replicas().version(self)};
  step.commit(step.draft().finish(record::BootStarted{boot, started.clock}));
  step.memory.regions.boot_began(step.now.node);
  // What moved before a crash and was not published: peers would take units for reserved that no longer are.
  if (step.config.peers.empty()) return;
  for (SkuId sku; sku < step.stock().next_id(); sku = sku.next())
    if (gauges_moved(step.stock(), sku)) step.memory.gauges_moved.insert(sku);
}

void ask(StepContext& step, input::Asked&& asked) {
  if (changes_state(asked.request)) {
    if (!step.state().fenced().empty())
      return step.reply(asked.token, failure(unavailable(RefusalCode::fenced, step.state().fenced())));
    if (step.memory.draining)
      return step.reply(asked.token, failure(unavailable(RefusalCode::draining, "this daemon is stopping")));
  }
  std::visit(Overloaded{
                 [](request::Audit&) { HF_ASSERT(false && "it comes as input::Recounted"); },
                 [](request::ListReservations&) { HF_ASSERT(false && "it comes as input::Listed"); },
                 [&](auto& request) {
                   if constexpr (requires { handle(step, asked.token, request, asked.past, asked.name); })
                     handle(step, asked.token, request, asked.past, asked.name);
                   else
                     handle(step, asked.token, request, asked.past);
                 },
             },
             asked.request);
}

// The id that a busy shop's requests are about; nullptr: another kind of request, or one whose id is made
// here.
const ShortText* reservation_named_in(const Request& request) {
  if (const auto* reserve = std::get_if<request::Reserve>(&request))
    return reserve->key.empty() ? &reserve->id : nullptr;
  if (const auto* purchase = std::get_if<request::Purchase>(&request)) return &purchase->id;
  const auto* release = std::get_if<request::Release>(&request);
  return release != nullptr ? &release->id : nullptr;
}

// So many requests are looked up at once.
constexpr std::size_t expected_at_once = 16;
// What is known of so few SKUs the processor has near anyhow.
constexpr std::size_t skus_near = 4096;

// Of a basket the first SKU; nullptr: it is of another kind.
const std::string* first_sku_in(const Request& request) {
  const auto* reserve = std::get_if<request::Reserve>(&request);
  return reserve == nullptr || reserve->lines.empty() ? nullptr : &reserve->lines.front().sku;
}

template <class Value>
using AtOnce = boost::container::static_vector<Value, expected_at_once>;

// By the hashes of their names, which the second round goes on from. In line, always (core/digest_table.h).
[[gnu::always_inline]] inline AtOnce<std::uint64_t> expect_skus(const Stock& stock,
                                                                std::span<const input::Asked> requests) {
  AtOnce<std::uint64_t> hashes;
  if (stock.size() <= skus_near) return hashes;
  for (const input::Asked& asked : requests)
    if (const std::string* const sku = first_sku_in(asked.request); sku != nullptr)
      stock.expect(hashes.emplace_back(stock.hash(*sku)));
  return hashes;
}

[[gnu::always_inline]] inline void expect_numbers(const Stock& stock, const Demand& demand,
                                                  const AtOnce<std::uint64_t>& hashes) {
  AtOnce<SkuId> skus;
  for (const std::uint64_t hash : hashes)
    if (const auto sku = stock.expect_numbers(hash)) demand.expect(skus.emplace_back(*sku));
  for (const SkuId sku : skus) demand.expect_forecast(sku);
}

// Of what a step did, for anybody but who asked: of a sale, nearly always none. One look, where each would
// have its own.
bool has_consequences(const StepContext& step) {
  const Memory& memory = step.memory;
  return step.has_news() || memory.waiters.size() > 0 || !memory.ask_now.empty() ||
         !memory.push_now.empty() || !memory.ask_answers.empty() || !step.state().fenced().empty();
}

#ifdef HOLDFAST_INVARIANTS
// A small state is walked after every step; one with thousands of things in it so often that the walks take
// about as long as the steps, or a daemon under load would do nothing else.
std::size_t steps_between_walks(const State& state) {
  constexpr std::size_t small = 64;
  return 1 + (state.stock().size() * state.stock().replicas() + state.reservations().size()) / small;
}
#endif

}  // namespace

Replica::Replica(CoreConfig config)
    : config_(std::move(config)), state_(config_.own, config_.hash_seed), memory_(config_) {}

void Replica::step(const Now& now, const Input& input, Effects& out) {
  step_with(now, out, [&](StepContext& step) { dispatch(step, input); });
}

void Replica::step(const Now& now, input::Asked&& asked, Effects& out) {
  step_with(now, out, [&](StepContext& step) { ask(step, std::move(asked)); });
}

void Replica::expect(std::span<input::Asked> requests) const {
  for (; requests.size() > expected_at_once; requests = requests.subspan(expected_at_once))
    expect_some(requests.first(expected_at_once));
  expect_some(requests);
}

// In rounds, each over all of them: what one has fetched the next can read, and the processor looks up where
// several stand at once, as long as little else is to be done between them.
void Replica::expect_some(std::span<input::Asked> requests) const {
  for (input::Asked& asked : requests)
    if (const ShortText* const id = reservation_named_in(asked.request); id != nullptr && !asked.name) {
      const Digest name = name_of_reservation(*id, state_.hash_seed());
      asked.name.emplace(name.high, name.low);
    }
  const AtOnce<std::uint64_t> skus = expect_skus(state_.stock(), requests);
  for (const input::Asked& asked : requests) {
    if (!asked.name) continue;
    state_.reservations().expect(*asked.name);
    state_.memories().expect(*asked.name);
    memory_.demand.expect(*asked.name);
  }
  expect_numbers(state_.stock(), memory_.demand, skus);
}

template <class Decide>
void Replica::step_with(const Now& now, Effects& out, const Decide& decide) {
  HF_ASSERT(now.node >= state_.time());
  StepContext step(config_, state_, memory_, now, out);
  decide(step);
  if (has_consequences(step)) {
    wake_waiters(step);
    tell_back_on_sale(step);
    meet_asks(step);
    ask_for_wanted(step, false);
    push(step);
  }
  step.check_all_applied();
#ifdef HOLDFAST_INVARIANTS
  if (++steps_unchecked_ < steps_between_walks(state_)) return;
  check_invariants(state_);
  steps_unchecked_ = 0;
#endif
}

void Replica::dispatch(StepContext& step, const Input& input) {
  std::visit(Overloaded{
                 [&](const input::Started& started) { start(step, started); },
                 [&](const input::Asked& asked) { ask(step, input::Asked(asked)); },
                 [&](const input::Recounted& audit) { answer_audit(step, audit.token, *audit.counted); },
                 [&](const input::Listed& list) { answer_list(step, list.token, *list.gathered); },
                 [&](const input::Cancelled& cancelled) { memory_.waiters.cancel(cancelled.token); },
                 [&](const input::Measured& measured) { memory_.measured = measured; },
                 [&](const input::Configured& told) {
                   config_.take(told.tunables);
                   memory_.regions.cut_off_after(told.tunables.cut_off_after);
                   memory_.levers = {};
                 },
                 [&](const input::Tick& due) { tick(step, due); },
                 [&](const input::Draining&) {
                   memory_.draining = true;
                   end_overdue_waiters(step, true);
                 },
                 [&](const input::LinkUp& up) { link_up(step, up); },
                 [&](const input::LinkDown& down) { link_down(step, down.link); },
                 [&](const input::Received& received) { receive(step, received); },
             },
             input);
}

std::optional<NodeTime> Replica::next_deadline(bool may_record) const {
  return holdfast::next_deadline(state_, memory_, config_, may_record);
}

std::vector<Position> Replica::recall(const Request& request) const {
  std::vector<Position> positions;
  for (const Digest& name : names_in(request, state_.hash_seed()))
    if (const auto position = state_.memories().find(name);
        position && std::ranges::find(positions, *position) == positions.end())
      positions.push_back(*position);
  return positions;
}

std::vector<Position> Replica::recall(const input::Asked& asked) const {
  if (!asked.name || replaces_another(asked.request)) return recall(asked.request);
  const auto position = state_.memories().find(*asked.name);
  return position ? std::vector{*position} : std::vector<Position>();
}

Hello Replica::hello() const {
  return {protocol_version, config_.cluster, config_.own, state_.replicas().version(self), state_.boots()};
}

}  // namespace holdfast
