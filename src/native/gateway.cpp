#include "native/gateway.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/assert.h"
#include "core/request.h"
#include "wire/frame.h"

namespace holdfast::native {

namespace {

constexpr std::uint64_t native_bit = std::uint64_t{1} << 63;
constexpr std::size_t errors_told_max = 20;

RequestToken token_of(std::uint64_t call, std::size_t operation) {
  return RequestToken(native_bit | (call * wire::native_operations_max + operation));
}

Millis wait_of(const Request& request) {
  if (const auto* reserve = std::get_if<request::Reserve>(&request)) return reserve->wait;
  if (const auto* adjust = std::get_if<request::Adjust>(&request)) return adjust->wait;
  return Millis(0);
}

Refusal invalid(std::vector<FieldError> errors) {
  if (errors.size() > errors_told_max) errors.resize(errors_told_max);
  Refusal refusal;
  refusal.code = RefusalCode::validation_failed;
  refusal.detail = errors[0].pointer + ' ' + errors[0].detail;
  refusal.errors = std::move(errors);
  return refusal;
}

// Of one that stands among others.
std::vector<FieldError> faults_in_batch(const Request& request) {
  std::vector<FieldError> errors = validate(request);
  if (wait_of(request) != Millis(0))
    errors.push_back({"/wait_ms", "is not for calls of several operations: nothing in one waits"});
  if (std::holds_alternative<request::GetAvailability>(request))
    errors.push_back({"", "availability is asked for in a call of its own"});
  return errors;
}

// Every one that is refused costs the client something too: a detail that is short.
Refusal behind() {
  Refusal refusal;
  refusal.code = RefusalCode::overloaded;
  refusal.detail = "calls pile up";
  refusal.retry_after = Millis(1'000);
  return refusal;
}

std::optional<Refusal> refuse_late(const Request& request, Arrival arrival) {
  if (arrival == Arrival::prompt || !std::holds_alternative<request::Reserve>(request)) return std::nullopt;
  return behind();
}

Refusal too_late(bool changes) {
  Refusal refusal;
  refusal.code = changes ? RefusalCode::outcome_unknown : RefusalCode::overloaded;
  refusal.detail =
      changes ? "no answer in time; repeat the request with the same id or key" : "no answer in time";
  return refusal;
}

}  // namespace

Result<std::size_t, std::string> Gateway::take(ConnectionId connection, BytesView payload, Arrival arrival) {
  if (arrival == Arrival::late)
    if (const auto call = wire::only_reserves(payload)) return refuse(connection, *call), call->operations;
  if (const auto read = wire::decode_native_call(payload, call_); !read)
    return failure("a call cannot be read: " + read.error().detail);
  const std::size_t operations = call_.operations.size();
  submit(open(connection, call_), call_.operations, arrival);
  return operations;
}

Gateway::CallNumber Gateway::open(ConnectionId connection, const wire::NativeCall& call) {
  const CallNumber opened = open_.add();
  Open& open = open_.at(opened);
  open.arrived = arrived_++;
  open.connection = connection;
  open.number = call.number;
  open.brief = call.brief;
  open.unanswered = call.operations.size();
  open.results.resize(call.operations.size());
  open.progress.resize(call.operations.size());
  for (std::size_t i = 0; const input::Asked& one : call.operations) {
    Progress& progress = open.progress[i++];
    progress.reserves = std::holds_alternative<request::Reserve>(one.request);
    progress.changes = changes_state(one.request);
  }
  const bool alone = call.operations.size() == 1;
  const Millis wait =
      alone ? std::clamp(wait_of(call.operations[0].request), Millis(0), limits::wait_max) : Millis(0);
  open.waits = wait > Millis(0);
  if (!began_us_) began_us_ = desk_.now_us();
  open.began_us = *began_us_;
  open.deadline_us = open.began_us + (wait + answer_grace).count() * 1000;
  return opened;
}

// Answers may come from within, and the last of them closes the call: nothing here touches it after that.
void Gateway::submit(CallNumber number, node::InOrder& operations, Arrival arrival) {
  const bool alone = operations.size() == 1;
  const bool is_small = operations.size() < small;
  std::size_t sound = 0;
  for (std::size_t i = 0; i < operations.size(); ++i) {
    operations[i].token = token_of(number, i);
    std::vector<FieldError> faults =
        alone ? validate(operations[i].request) : faults_in_batch(operations[i].request);
    if (!faults.empty())
      settle(number, open_.at(number), i, failure(invalid(std::move(faults))));
    else if (auto refusal = refuse_late(operations[i].request, arrival))
      settle(number, open_.at(number), i, failure(*std::move(refusal)));
    else if (sound++ != i)
      operations[sound - 1] = std::move(operations[i]);
  }
  operations.resize(sound);
  if (operations.empty()) return;
  submitted_ = true;
  if (is_small) return keep_ahead(operations);
  bring_on();
  bring_on();
  desk_.submit(operations);  // in so many the node looks ahead itself
}

// As the node does: several are sent for at once, and those before them are decided meanwhile.
void Gateway::keep_ahead(node::InOrder& operations) {
  coming_.all[coming_.count++].swap(operations);
  if (coming_.count == small) bring_on();
}

void Gateway::bring_on() {
  for (auto& operations : std::span(coming_.all).first(coming_.count)) desk_.expect(operations);
  for (auto& operations : std::span(expected_.all).first(std::exchange(expected_.count, 0)))
    desk_.submit(operations);
  std::swap(coming_, expected_);
}

void Gateway::go_on() {
  bring_on();
  bring_on();
  began_us_.reset();
  if (std::exchange(submitted_, false)) desk_.go_on();
}

void Gateway::answer(RequestToken token, const Answer& answer) { take_answer(token, answer); }

void Gateway::answer_briefly(RequestToken token, const answer::BriefReservation& brief) {
  take_answer(token, brief);
}

// A late answer finds nobody: its call was told already that the outcome is unknown.
template <class Told>
void Gateway::take_answer(RequestToken token, const Told& told) {
  const std::uint64_t value = token.value() & ~native_bit;
  const CallNumber number = value / wire::native_operations_max;
  Open* const open = open_.find(number);
  if (open == nullptr) return;
  const std::size_t operation = value % wire::native_operations_max;
  if (open->progress[operation].reserves) open->attempts.add(told);
  settle(number, *open, operation, told);
}

// Of the last of its operations: the call is gone then.
void Gateway::settle(CallNumber number, Open& open, std::size_t operation,
                     const answer::BriefReservation& brief) {
  if (std::exchange(open.progress[operation].settled, true)) return;
  open.results[operation].brief = brief;
  if (--open.unanswered == 0) finish(number);
}

void Gateway::settle(CallNumber number, Open& open, std::size_t operation, const Answer& answer) {
  if (const auto* full = answer ? std::get_if<answer::ReservationAnswer>(&*answer) : nullptr;
      open.brief && full != nullptr)
    return settle(number, open, operation, wire::brief(*full));
  if (std::exchange(open.progress[operation].settled, true)) return;
  if (!answer) desk_.count_refusals(answer.error().code, 1);
  open.results[operation].full = std::make_unique<const Answer>(answer);
  if (--open.unanswered == 0) finish(number);
}

void Gateway::finish(CallNumber number) {
  const Open& open = open_.at(number);
  note_answered(open);
  frame_.clear();
  for (std::size_t first = 0; first < open.results.size();)
    wire::append_frame(frame_, wire::FrameKind::message, [&] {
      first += wire::encode_native_answers(open.number, open.results, first, frame_);
    });
  const ConnectionId connection = open.connection;
  const std::size_t operations = open.results.size();
  open_.drop(number);
  settled_(connection, operations, frame_);
}

void Gateway::note_answered(const Open& open) {
  if (open.attempts.total() == 0) return;
  if (answered_.empty() || answered_.back().began_us != open.began_us)
    answered_.push_back({open.began_us, {}});
  Attempts& attempts = answered_.back().attempts;
  attempts.created += open.attempts.created;
  attempts.replayed += open.attempts.replayed;
  attempts.refused += open.attempts.refused;
}

void Gateway::count_answered() {
  if (answered_.empty()) return;
  const std::int64_t now_us = desk_.now_us();
  for (const Answered& answered : answered_)
    desk_.count_reservations(answered.attempts, now_us, now_us - answered.began_us);
  answered_.clear();
}

// Without more work than it takes to say so.
void Gateway::refuse(ConnectionId connection, const wire::NewReservations& call) {
  const Refusal refusal = behind();
  desk_.count_refusals(refusal.code, call.operations);
  frame_.clear();
  wire::append_frame(frame_, wire::FrameKind::message,
                     [&] { wire::encode_refused_call(call, refusal, frame_); });
  settled_(connection, call.operations, frame_);
}

void Gateway::cancel_unanswered(CallNumber number, const Open& open) {
  // The last one first: the end of one lets those behind it go on.
  for (std::size_t i = open.results.size(); i-- > 0;)
    if (!open.progress[i].settled) desk_.cancel(token_of(number, i));
}

// What does not wait is done anyway, and its answer finds nobody.
void Gateway::abandon(ConnectionId connection) {
  std::vector<CallNumber> waiting;
  for (const CallNumber number : find_all([&](const Open& one) { return one.connection == connection; })) {
    if (open_.at(number).waits) waiting.push_back(number);
    open_.drop(number);
  }
  for (const CallNumber number : waiting) desk_.cancel(token_of(number, 0));
}

// In the order in which they came.
template <class Is>
std::vector<Gateway::CallNumber> Gateway::find_all(const Is& is) const {
  std::vector<std::pair<std::uint64_t, CallNumber>> found;
  open_.for_each([&](CallNumber number, const Open& open) {
    if (is(open)) found.emplace_back(open.arrived, number);
  });
  std::ranges::sort(found);
  std::vector<CallNumber> numbers;
  for (const auto& [arrived, number] : found) numbers.push_back(number);
  return numbers;
}

void Gateway::give_up(CallNumber number) {
  Open* const open = open_.find(number);
  if (open == nullptr) return;
  cancel_unanswered(number, *open);
  for (std::size_t i = 0, count = open->results.size(); i < count; ++i) {
    if (open->progress[i].settled) continue;
    const bool last = open->unanswered == 1;
    settle(number, *open, i, failure(too_late(open->progress[i].changes)));
    if (last) return;
  }
}

void Gateway::tick() {
  const std::int64_t now_us = desk_.now_us();
  for (const CallNumber number : find_all([&](const Open& open) { return open.deadline_us <= now_us; }))
    give_up(number);
}

}  // namespace holdfast::native
