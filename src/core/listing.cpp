#include "core/listing.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "core/views.h"

namespace holdfast {

namespace {

// A cursor is the number of the last reservation that was looked at.
std::optional<ReservationSeq> read_cursor(std::string_view cursor) {
  if (cursor.empty()) return ReservationSeq{};
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(cursor.data(), cursor.data() + cursor.size(), number);
  if (error != std::errc{} || end != cursor.data() + cursor.size() || number == ~std::uint64_t{0})
    return std::nullopt;
  return ReservationSeq(number);
}

}  // namespace

Listing::Listing(request::ListReservations request, const State& state)
    : request_(std::move(request)), began_(state.time()) {
  const auto after = read_cursor(request_.after);
  cursor_is_valid_ = after.has_value();
  if (after) scanned_ = Position(after->value());
  if (!request_.sku.empty()) sku_ = state.stock().find(request_.sku);
  at_end_ = !cursor_is_valid_ || (!request_.sku.empty() && !sku_);
  journal_from_ = journal_from(state);
}

// Before the first that has ended and is remembered, and before history begins, all that there is is pending.
Position Listing::journal_from(const State& state) const {
  const Position end = state.position().next();
  if (request_.state == ReservationState::pending) return end;
  const Position ended_from = std::min(Position(state.memories().made_from().value()), end);
  return std::max(ended_from, state.closed().through().next());
}

void Listing::take_pending(const State& state) {
  std::size_t looked_at = 0;
  while (const auto next = state.reservations().first_after(ReservationSeq(scanned_.value()))) {
    if (next->seq.value() >= journal_from_.value()) break;
    if (has_enough()) return;
    if (++looked_at > pending_max) {
      records_left_ = 0;
      return;
    }
    consider(state, *next);
    scanned_ = Position(next->seq.value());
  }
  scanned_ = Position(journal_from_.value() - 1);
}

void Listing::consider(const State& state, const Reservation& made) {
  if (!request_.customer.empty() && made.customer != request_.customer) return;
  Candidate candidate{made.seq, name_of_reservation(made.id, state.hash_seed()), {}, {}};
  if (may_belong(state, candidate)) candidates_.push_back(std::move(candidate));
}

// By what is known of it: of one whose last record was not read yet, everything may be so.
bool Listing::may_belong(const State& state, const Candidate& candidate) const {
  if (const auto held = state.reservations().find(candidate.seq)) return matches(*held);
  const auto remembered = state.memories().find(candidate.name);
  if (!remembered) return false;
  return candidate.as_of != *remembered || (candidate.ended && matches(*candidate.ended));
}

bool Listing::matches(const Reservation& reservation) const {
  if (request_.state && reservation.state != *request_.state) return false;
  return !sku_ || std::ranges::find(reservation.lines, *sku_, &ReservedLine::sku) != reservation.lines.end();
}

std::optional<Position> Listing::wants(const State& state) {
  std::erase_if(candidates_, [&](const Candidate& one) { return !may_belong(state, one); });
  if (!has_enough() && !at_end_ && scanned_.next() < journal_from_) take_pending(state);
  if (scanned_ >= state.position()) at_end_ = true;
  if (state.time() - began_ > looking_max) records_left_ = 0;  // reads wait behind the commits of a busy disk
  if (!has_enough() && !at_end_ && records_left_ > 0) return scanned_.next();
  for (const Candidate& candidate : candidates_) {
    if (state.reservations().find(candidate.seq)) continue;
    if (const auto last = state.memories().find(candidate.name); last != candidate.as_of) return last;
  }
  return std::nullopt;
}

void Listing::take(const State& state, Position first, std::span<const Record> records) {
  records_left_ -= std::min(records_left_, records.size() + read_costs);
  Position at = first;
  for (const Record& record : records) {
    const auto* changed = std::get_if<record::ReservationChanged>(&record.body);
    if (at == scanned_.next() && !has_enough()) {
      scanned_ = at;
      if (changed != nullptr && changed->step == record::ReservationStep::reserved)
        consider(state, changed->after);
    }
    if (changed != nullptr) {
      note(changed->after, at);
      if (changed->replaced) note(*changed->replaced, at);
    }
    at = at.next();
  }
  give_up_between(state, first, at);
}

// If this is the last record of one that ended, it says all about it.
void Listing::note(const Reservation& reservation, Position position) {
  const auto found = std::ranges::lower_bound(candidates_, reservation.seq, {}, &Candidate::seq);
  if (found == candidates_.end() || found->seq != reservation.seq || found->as_of >= position) return;
  found->ended = reservation;
  found->as_of = position;
}

void Listing::lost(const State& state, Position wanted) {
  if (wanted == scanned_.next()) scanned_ = std::max(wanted, state.closed().through());
  give_up_between(state, wanted, wanted.next());
}

// Those whose last record should have been in [first, end), and was not: their names are another's by now.
void Listing::give_up_between(const State& state, Position first, Position end) {
  for (Candidate& candidate : candidates_) {
    const auto last = state.memories().find(candidate.name);
    if (!last || *last < first || *last >= end || candidate.as_of == *last) continue;
    candidate.ended.reset();
    candidate.as_of = *last;
  }
}

answer::ReservationList Listing::page(const StepContext& step) const {
  answer::ReservationList list;
  for (const Candidate& candidate : candidates_) {
    if (list.reservations.size() == request_.limit) break;
    const auto held = step.state().reservations().find(candidate.seq);
    list.reservations.push_back(view(held ? *held : *candidate.ended, step));
  }
  if (has_enough())
    list.next = std::to_string(candidates_[request_.limit - 1].seq.value());
  else if (!at_end_)
    list.next = std::to_string(scanned_.value());
  return list;
}

}  // namespace holdfast
