#include "core/recount.h"

#include <algorithm>

#include "base/overloaded.h"

namespace holdfast {

namespace {

const char* name_of(record::ReservationStep step) {
  switch (step) {
    case record::ReservationStep::reserved: return "reserved";
    case record::ReservationStep::purchased: return "purchased";
    case record::ReservationStep::released: return "released";
    case record::ReservationStep::expired: return "expired";
    case record::ReservationStep::extended: return "extended";
    case record::ReservationStep::changed: return "changed";
    case record::ReservationStep::returned: return "returned";
    case record::ReservationStep::reacquired: return "purchased, after it had expired";
  }
  return "";
}

std::string what_happened(const Record& record) {
  return std::visit(Overloaded{
                        [](const record::ReservationChanged& changed) {
                          return "reservation " + changed.after.id + " " + name_of(changed.step);
                        },
                        [](const record::StockAdjusted& adjusted) {
                          return std::string(adjusted.counted ? "counted: " : "adjusted: ") + adjusted.reason;
                        },
                        [](const record::StockImported&) { return std::string("imported"); },
                        [](const record::RightsSent& sent) {
                          return std::to_string(sent.quantity.count()) + " rights sent";
                        },
                        [](const record::PeerRowsTaken&) { return std::string("heard from another region"); },
                        [](const auto&) { return std::string("gauges published"); },
                    },
                    record.body);
}

Units units_of(Position position) { return Units(static_cast<std::int64_t>(position.value())); }

}  // namespace

void Recount::feed(Position position, const Record& record) {
  last_ = position;
  for (const NewSku& sku : record.new_skus) {
    names_.resize(std::max<std::size_t>(names_.size(), sku.id.value() + 1));
    names_[sku.id.value()] = sku.name;
  }
  std::visit(Overloaded{
                 [&](const record::ReservationChanged& changed) { feed(changed); },
                 [&](const record::StockAdjusted& adjusted) {
                   Sums& sums = sums_[adjusted.sku];
                   if (adjusted.delta > no_units) sums.received += adjusted.delta;
                   if (adjusted.delta < no_units) sums.written_off += -adjusted.delta;
                 },
                 [&](const record::StockImported&) {
                   for (const RowChange& row : record.rows) sums_[row.sku].received += row.received;
                 },
                 [&](const record::RightsSent& sent) { sums_[sent.sku].sent += sent.quantity; },
                 [](const auto&) {},
             },
             record.body);
  if (!explained_.empty()) explain(position, record);
}

void Recount::feed(const record::ReservationChanged& changed) {
  using Step = record::ReservationStep;
  if (changed.replaced) let_go(changed.replaced->id);
  const Reservation& after = changed.after;
  if (changed.step == Step::extended) return;
  if (changed.step == Step::returned) return note_returns(after);
  let_go(after.id);
  if (changed.step == Step::reserved || changed.step == Step::changed) hold(after);
  if (changed.step == Step::purchased || changed.step == Step::reacquired)
    for (const ReservedLine& line : after.lines) sums_[line.sku].purchased += line.quantity;
}

void Recount::hold(const Reservation& reservation) {
  for (const ReservedLine& line : reservation.lines) sums_[line.sku].reserved += line.quantity;
  pending_[reservation.id] = reservation.lines;
}

void Recount::let_go(const std::string& id) {
  const auto held = pending_.find(id);
  if (held == pending_.end()) return;
  for (const ReservedLine& line : held->second) sums_[line.sku].reserved -= line.quantity;
  pending_.erase(held);
}

void Recount::note_returns(const Reservation& after) {
  const auto before = sold_.find(after.id);
  for (const ReservedLine& line : after.lines) {
    Units back = line.returned;
    if (before != sold_.end())
      back -= std::ranges::find(before->second, line.sku, &ReservedLine::sku)->returned;
    sums_[line.sku].received += back;
    sums_[line.sku].returned += back;
  }
  sold_[after.id] = after.lines;
}

void Recount::explain(Position position, const Record& record) {
  const auto sku = std::ranges::find(names_, explained_);
  if (sku == names_.end()) return;
  const SkuId id(static_cast<std::uint32_t>(sku - names_.begin()));
  Units rights;
  Units reserved;
  bool touched = false;
  for (const RowChange& row : record.rows) {
    if (row.sku != id) continue;
    touched = true;
    rights += row.received - row.purchased - row.written_off - row.sent;
    reserved += row.reserved;
  }
  if (const auto* taken = std::get_if<record::PeerRowsTaken>(&record.body))
    touched |= std::ranges::any_of(taken->rows, [&](const record::PeerRow& row) { return row.sku == id; });
  if (!touched) return;
  events_.push_back({position, record.wall, what_happened(record), rights, reserved});
  if (events_.size() > events_kept) events_.pop_front();
}

answer::AuditReport Recount::compare(const State& state) const {
  answer::AuditReport report;
  report.sku = explained_;
  report.records = last_.value();
  report.oversold = oversold_units(state);
  if (lost_) {  // a hole in the books is a fault of its own; sums over the rest would say nothing
    report.mismatches.push_back({"", "records", units_of(last_), units_of(state.position())});
    return report;
  }
  HF_ASSERT(last_ == state.position());
  for (std::uint32_t sku = 0; sku < state.stock().size(); ++sku) {
    if (!explained_.empty() && state.stock().name(SkuId(sku)) != explained_) continue;
    ++report.skus;
    compare_sku(state, SkuId(sku), report);
  }
  if (explained_.empty() && pending_.size() != state.reservations().size())
    report.mismatches.push_back({"", "pending_reservations",
                                 Units(static_cast<std::int64_t>(pending_.size())),
                                 Units(static_cast<std::int64_t>(state.reservations().size()))});
  report.events.assign(events_.begin(), events_.end());
  return report;
}

void Recount::compare_sku(const State& state, SkuId sku, answer::AuditReport& report) const {
  const Row& row = state.stock().row(self, sku);
  const auto found = sums_.find(sku);
  const Sums counted = found == sums_.end() ? Sums{} : found->second;
  const auto hold_against = [&](const char* field, Units by_records, Units stored) {
    if (by_records != stored)
      report.mismatches.push_back({state.stock().name(sku), field, by_records, stored});
  };
  hold_against("received", counted.received, row.received);
  hold_against("purchased", counted.purchased, row.purchased);
  hold_against("written_off", counted.written_off, row.written_off);
  hold_against("sent", counted.sent, sent_to_all(row));
  hold_against("reserved", counted.reserved, state.stock().reserved(sku));
  hold_against("returned", counted.returned, state.stock().returned(sku));
}

Units oversold_units(const State& state) {
  Units oversold;
  for (std::uint32_t sku = 0; sku < state.stock().size(); ++sku) {
    Units left;  // what was sent cancels: only what came in and what went out counts
    for (std::uint16_t replica = 0; replica < state.stock().replicas(); ++replica) {
      const Row& row = state.stock().row(ReplicaIx(replica), SkuId(sku));
      left += row.received - row.purchased - row.written_off;
    }
    if (left < no_units) oversold -= left;
  }
  return oversold;
}

}  // namespace holdfast
