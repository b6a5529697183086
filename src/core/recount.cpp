#include "core/recount.h"

#include <algorithm>
#include <utility>

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
  std::unreachable();
}

std::string region_of(const State& state, ReplicaIx replica) { return state.replicas().id(replica).region; }

const char* name_of(record::TransferKind kind) {
  switch (kind) {
    case record::TransferKind::urgent: return "shoppers wait there";
    case record::TransferKind::cover: return "asked for cover";
    case record::TransferKind::by_hand: return "moved by hand";
  }
  std::unreachable();
}

std::string what_happened(const State& state, const Record& record) {
  return std::visit(Overloaded{
                        [](const record::ReservationChanged& changed) {
                          return "reservation " + changed.after.id + " " + name_of(changed.step);
                        },
                        [](const record::StockAdjusted& adjusted) {
                          return std::string(adjusted.counted ? "counted: " : "adjusted: ") + adjusted.reason;
                        },
                        [](const record::StockImported&) { return std::string("imported"); },
                        [&](const record::RightsSent& sent) {
                          return "rights sent to " + region_of(state, sent.to) + ", " + name_of(sent.kind);
                        },
                        [&](const record::PeerRowsTaken& taken) {
                          return "rights received from " + region_of(state, taken.replica);
                        },
                        [](const auto&) { return std::string(); },
                    },
                    record.body);
}

// Over all replicas. What was sent cancels: only what came in and what went out counts.
Units left_by_rows(const Stock& stock, SkuId sku) {
  Units left;
  for (std::uint16_t replica = 0; replica < stock.replicas(); ++replica) {
    const Row& row = stock.row(ReplicaIx(replica), sku);
    left += row.received - row.purchased - row.written_off;
  }
  return left;
}

Units units_of(Position position) { return Units(static_cast<std::int64_t>(position.value())); }

}  // namespace

Recount::Recount(const State& state, std::string explained)
    : explained_(std::move(explained)),
      sku_(explained_.empty() ? std::nullopt : state.stock().find(explained_)),
      sums_(state.closed().sums()),
      last_(state.closed().through()),
      from_the_first_(last_ == Position{}) {}

void Recount::feed(const State& state, const Record& record) {
  last_ = last_.next();
  sums_.add(meaning_of(record));
  if (sku_) explain(state, record);
}

// What a peer's rows add to the rights here. Where history begins later, the first row of a peer says nothing
// of what is new in it.
Units Recount::received(const record::PeerRowsTaken& taken) {
  Units more;
  for (const record::PeerRow& peer : taken.rows) {
    if (peer.sku != *sku_) continue;
    const auto [known, is_first] = sent_here_.try_emplace(taken.replica, no_units);
    const Units sent = sent_to(peer.row, self);
    if (!is_first || from_the_first_) more += std::max(no_units, sent - known->second);
    known->second = std::max(known->second, sent);
  }
  return more;
}

void Recount::explain(const State& state, const Record& record) {
  Units rights;
  Units reserved;
  for (const RowChange& row : record.rows) {
    if (row.sku != *sku_) continue;
    rights += row.received - row.purchased - row.written_off - row.sent;
    reserved += row.reserved;
  }
  if (const auto* taken = std::get_if<record::PeerRowsTaken>(&record.body)) rights += received(*taken);
  if (rights == no_units && reserved == no_units) return;
  events_.push_back({last_, record.wall, what_happened(state, record), rights, reserved});
  if (events_.size() > events_kept) events_.pop_front();
}

bool Recount::compare(const State& state, std::size_t most) {
  if (lost_) return true;
  HF_ASSERT(last_ == state.position());
  if (!explained_.empty()) {
    if (const auto sku = state.stock().find(explained_)) compare_sku(state, *sku);
    return true;
  }
  for (; most > 0 && compared_ < state.stock().size(); --most) compare_sku(state, SkuId(compared_));
  return compared_ == state.stock().size();
}

answer::AuditReport Recount::report(const State& state) const {
  answer::AuditReport report;
  report.sku = explained_;
  report.records = last_.value();
  report.oversold = state.stock().oversold().within(limits::told_sum_max);
  if (lost_) {  // a hole in the books is a fault of its own; sums over the rest would say nothing
    report.mismatches.push_back({"", "records", units_of(last_), units_of(state.position())});
    return report;
  }
  HF_ASSERT(last_ == state.position());
  report.skus = compared_;
  report.mismatches = mismatches_;
  const auto pending = static_cast<std::int64_t>(state.reservations().size());
  if (explained_.empty() && sums_.pending() != pending)
    report.mismatches.push_back({"", "pending_reservations", Units(sums_.pending()), Units(pending)});
  report.events.assign(events_.begin(), events_.end());
  return report;
}

void Recount::compare_sku(const State& state, SkuId sku) {
  ++compared_;
  const Row& row = state.stock().row(self, sku);
  const SkuSums counted = sums_.of(sku);
  const auto hold_against = [&](const char* field, Units by_records, Units stored) {
    if (by_records != stored) mismatches_.push_back({state.stock().name(sku), field, by_records, stored});
  };
  hold_against("received", counted.received, row.received);
  hold_against("purchased", counted.purchased, row.purchased);
  hold_against("written_off", counted.written_off, row.written_off);
  hold_against("sent", counted.sent, sent_to_all(row));
  hold_against("reserved", counted.reserved, state.stock().reserved(sku));
  hold_against("returned", counted.returned, state.stock().returned(sku));
  hold_against("left", left_by_rows(state.stock(), sku), state.stock().left(sku));
}

UnitsSum oversold_units(const State& state) {
  UnitsSum oversold;
  for (std::uint32_t sku = 0; sku < state.stock().size(); ++sku)
    if (const Units left = left_by_rows(state.stock(), SkuId(sku)); left < no_units) oversold -= left;
  return oversold;
}

}  // namespace holdfast
