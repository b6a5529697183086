#include "client/errand.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "client/repeat.h"

namespace holdfast {
namespace {

constexpr std::size_t operations_max = 1'000;  // of an attempt
constexpr std::size_t releases_max = 64;       // among them, of what was left behind
constexpr std::size_t id_chars_max = 64;
constexpr std::chrono::milliseconds retry_after_max = std::chrono::hours(1);

// What a shop asks of a reservation; nothing, if it is stock that comes in.
std::string* id_of(Operation& operation) {
  return std::visit(
      [](auto& kind) -> std::string* {
        if constexpr (requires { kind.id; }) return &kind.id;
        return nullptr;
      },
      operation);
}

bool is_purchase(const Operation& operation) {
  return std::holds_alternative<operation::Purchase>(operation);
}

bool waits(const Operation& operation) {
  const auto* reserve = std::get_if<operation::Reserve>(&operation);
  return reserve != nullptr && reserve->wait.count() > 0;
}

// It speaks of the daemon as a whole, which might as well not be there.
bool is_unwell(Code code) {
  return code == Code::starting || code == Code::draining || code == Code::disk_full || code == Code::fenced;
}

bool is_asked_again(Code code, const RetryOptions& options) {
  if (is_of_daemon_only(code)) return true;
  return options.until_units_come &&
         (code == Code::insufficient_here || code == Code::all_reserved || code == Code::rights_unreachable);
}

// It is sold, under whatever order.
bool confirms_purchase(Code code) { return code == Code::done || code == Code::idempotency_mismatch; }

// It was looked for and is not done, nor was it by an attempt before.
bool denies(Code code) {
  switch (code) {
    case Code::insufficient_here:
    case Code::all_reserved:
    case Code::rights_unreachable:
    case Code::not_enough:
    case Code::sold_out:
    case Code::reservation_unknown:
    case Code::already_released:
    case Code::reservation_expired: return true;
    default: return false;
  }
}

// Too long to be an id: it cannot be moved.
std::string id_after(const std::string& id, unsigned moves) {
  return moves == 0 ? id : id + '_' + std::to_string(moves);
}

}  // namespace

Errand::Errand(KnownRegions& regions, std::span<const Operation> operations, Time now)
    : regions_(regions),
      deadline_(now + regions.options().deadline),
      due_(now),
      not_before_(regions.count(), now),
      outcomes_(operations.size()),
      open_(operations.size()) {
  parts_.reserve(operations.size());
  for (const Operation& operation : operations) parts_.push_back({.operation = operation, .place = {}});
}

// A reservation that is moved is placed before it is sent: what else is asked of it follows in the same
// attempt, and in whatever comes after this errand.
void Errand::find_place(Part& part, Time now) const {
  const std::string* id = id_of(part.operation);
  if (id == nullptr) return;
  part.place = regions_.place_of(*id);
  auto* reserve = std::get_if<operation::Reserve>(&part.operation);
  if (reserve == nullptr) return;
  const bool is_new = part.round == 0 && !regions_.is_placed(*id);
  if (is_new) part.place.endpoint = regions_.preferred(now);
  if (is_new && part.place.endpoint != 0) regions_.place(*id, part.place);
  if (!is_new && regions_.is_down(part.place.endpoint, now) && !regions_.may_be_purchased(*id))
    move_on(part, *id, now);
  if (part.place.moves > 0) reserve->replaces = id_after(*id, part.place.moves - 1);
}

// Each region once at the most: an errand does not go round in circles.
void Errand::move_on(Part& part, const std::string& id, Time now) const {
  const unsigned moves = part.place.moves + 1;
  const Place next{regions_.other_than(part.place.endpoint, now), id_after(id, moves), moves};
  if (next.endpoint == part.place.endpoint || next.id.size() > id_chars_max) return;
  if (++part.moved >= regions_.count()) return;
  regions_.leave_behind(part.place.endpoint, part.place.id);
  part.place = next;
  regions_.place(id, next);
}

bool Errand::has_its_turn(const Part& part, Time latest) const {
  return part.open && part.round != round_ && not_before(part) <= latest;
}

// To what is left of the deadline: of one that is asked for again it is not compared.
void Errand::shorten_wait(Operation& operation, Time now) const {
  auto* reserve = std::get_if<operation::Reserve>(&operation);
  if (reserve == nullptr || reserve->wait.count() <= 0) return;
  const auto left = deadline_ - regions_.options().attempt_timeout - now;
  const auto whole = std::chrono::floor<std::chrono::milliseconds>(left);
  reserve->wait = std::clamp(whole, std::chrono::milliseconds(0), reserve->wait);
}

void Errand::collect(Attempt& attempt, Time latest) {
  for (std::size_t i = 0; i < parts_.size() && attempt.parts.size() < operations_max; ++i) {
    Part& part = parts_[i];
    if (part.open) find_place(part, attempt.began);
    if (!has_its_turn(part, latest)) continue;
    if (attempt.parts.empty()) attempt.region = part.place.endpoint;
    if (part.place.endpoint != attempt.region) continue;
    if (is_purchase(part.operation)) purchase_is_sent(part);
    part.round = round_;
    attempt.parts.push_back(i);
    attempt.operations.push_back(part.operation);
    shorten_wait(attempt.operations.back(), attempt.began);
    if (std::string* id = id_of(attempt.operations.back())) *id = part.place.id;
  }
}

// Where all has moved since to regions that are not to be asked yet, one of them is asked nonetheless.
Attempt Errand::next(Time now) {
  HF_ASSERT(open_ > 0);
  Attempt attempt;
  attempt.began = now;
  collect(attempt, now);
  if (attempt.parts.empty()) collect(attempt, Time::max());
  HF_ASSERT(!attempt.parts.empty());
  if (std::ranges::any_of(attempt.operations, waits)) return attempt;  // it must be alone
  const std::size_t room = std::min(operations_max - attempt.operations.size(), releases_max);
  for (std::string& id : regions_.take_left_behind(attempt.region, room))
    attempt.operations.push_back(operation::Release{std::move(id)});
  return attempt;
}

void Errand::leave_behind_again(const Attempt& attempt, std::size_t operation) const {
  regions_.leave_behind(attempt.region, std::get<operation::Release>(attempt.operations[operation]).id);
}

void Errand::answered(const Attempt& attempt, std::span<const Outcome> outcomes, Time now) {
  if (outcomes.size() != attempt.operations.size())
    return failed(attempt, {Failure::Kind::broken, "another number of outcomes than of operations"}, now);
  std::chrono::milliseconds retry_after{0};
  bool is_well = true;
  std::vector<std::string> again;  // reservations of which something is asked again
  for (std::size_t i = 0; i < attempt.parts.size(); ++i) {
    const std::size_t number = attempt.parts[i];
    Part& part = parts_[number];
    outcomes_[number] = outcomes[i];
    const Code code = outcomes[i].kind();
    is_well = is_well && !is_unwell(code);
    const std::string* id = id_of(part.operation);
    part.may_have_happened = code == Code::outcome_unknown || (part.may_have_happened && !denies(code));
    if (is_purchase(part.operation)) heard_of_purchase(part, code);
    const bool follows = id != nullptr && code != Code::done && std::ranges::find(again, *id) != again.end();
    if (!follows && !is_asked_again(code, regions_.options())) {
      settle(number);
      continue;
    }
    if (id != nullptr) again.push_back(*id);
    retry_after = std::max(retry_after, std::min(outcomes[i].retry_after, retry_after_max));
  }
  for (std::size_t i = attempt.parts.size(); i < outcomes.size(); ++i)
    if (is_asked_again(outcomes[i].kind(), regions_.options())) leave_behind_again(attempt, i);
  if (is_well)
    regions_.heard(attempt.region);
  else
    regions_.unwell(attempt.region, now, retry_after);
  not_before_[attempt.region] = now + retry_after;
  rest(now);
}

void Errand::failed(const Attempt& attempt, const Failure& failure, Time now) {
  regions_.not_heard(attempt.region, attempt.began, now);
  for (std::size_t i = attempt.parts.size(); i < attempt.operations.size(); ++i)
    leave_behind_again(attempt, i);
  for (const std::size_t number : attempt.parts) {
    Part& part = parts_[number];
    part.may_have_happened = part.may_have_happened || !nothing_was_sent(failure.kind);
    if (is_purchase(part.operation)) heard_of_purchase(part, Code::unreachable);
    outcomes_[number] =
        Outcome{.code = part.may_have_happened ? "outcome_unknown" : "unreachable", .detail = failure.detail};
    if (failure.kind == Failure::Kind::bad_endpoint) settle(number);
  }
  rest(now);
}

void Errand::purchase_is_sent(Part& part) const {
  const std::string& id = *id_of(part.operation);
  if (part.round == 0) part.was_in_doubt = regions_.may_be_purchased(id);
  regions_.set_may_be_purchased(id, true);
}

// What does not speak of the reservation's state says nothing of an attempt before it.
void Errand::heard_of_purchase(Part& part, Code code) const {
  const bool may_be =
      !denies(code) && (confirms_purchase(code) || part.may_have_happened || part.was_in_doubt);
  regions_.set_may_be_purchased(*id_of(part.operation), may_be);
}

void Errand::settle(std::size_t part) {
  parts_[part].open = false;
  --open_;
}

// The rest of the round, the pause before the next, or the end: no attempt is begun that may outlast it. What
// can move has moved before it is asked how long its region is to be left alone.
void Errand::rest(Time now) {
  if (open_ == 0) return;
  for (Part& part : parts_)
    if (part.open) find_place(part, now);
  const bool round_goes_on =
      std::ranges::any_of(parts_, [&](const Part& part) { return has_its_turn(part, now); });
  due_ = now;
  if (!round_goes_on) due_ += regions_.pause(round_++);
  const Time last = deadline_ - regions_.options().attempt_timeout;
  Time first = Time::max();
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    if (!parts_[i].open) continue;
    const Time ready = std::max(due_, not_before(parts_[i]));
    if (ready > last)
      give_up(i);
    else
      first = std::min(first, ready);
  }
  if (open_ > 0) due_ = first;
}

void Errand::give_up(std::size_t number) {
  const Part& part = parts_[number];
  if (part.round == 0) outcomes_[number] = {.code = "unreachable", .detail = "its turn did not come"};
  if (part.may_have_happened) outcomes_[number].code = "outcome_unknown";
  settle(number);
}

}  // namespace holdfast
