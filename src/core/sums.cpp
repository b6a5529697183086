#include "core/sums.h"

#include <span>

#include "base/overloaded.h"

namespace holdfast {

namespace {

using Step = record::ReservationStep;
using Lines = std::span<const ReservedLine>;

void hold(Meaning& meaning, Lines lines) {
  for (const ReservedLine& line : lines) meaning.skus.push_back({line.sku, {.reserved = line.quantity}});
}

void let_go(Meaning& meaning, Lines lines) {
  for (const ReservedLine& line : lines) meaning.skus.push_back({line.sku, {.reserved = -line.quantity}});
}

void sell(Meaning& meaning, Lines lines) {
  for (const ReservedLine& line : lines) meaning.skus.push_back({line.sku, {.purchased = line.quantity}});
}

// The lines of a purchase stay the same; only how much of each has come back grows.
void take_back(Meaning& meaning, Lines before, Lines after) {
  for (const ReservedLine& line : before) {
    meaning.skus.push_back({line.sku, {.received = -line.returned, .returned = -line.returned}});
  }
  for (const ReservedLine& line : after)
    meaning.skus.push_back({line.sku, {.received = line.returned, .returned = line.returned}});
}

void add(Meaning& meaning, const record::ReservationChanged& changed) {
  const Lines lines(changed.after.lines);
  if (changed.replaced) {
    let_go(meaning, changed.replaced->lines);
    --meaning.pending;
  }
  switch (changed.step) {
    case Step::reserved: ++meaning.pending; return hold(meaning, lines);
    case Step::purchased: --meaning.pending; return let_go(meaning, lines), sell(meaning, lines);
    case Step::released:
    case Step::expired: --meaning.pending; return let_go(meaning, lines);
    case Step::extended: return;
    case Step::changed: return let_go(meaning, changed.before), hold(meaning, lines);
    case Step::returned: return take_back(meaning, changed.before, lines);
    case Step::reacquired: return sell(meaning, lines);
  }
}

void add(Meaning& meaning, const record::StockAdjusted& adjusted) {
  if (adjusted.delta > no_units)
    meaning.skus.push_back({adjusted.sku, {.received = adjusted.delta}});
  else
    meaning.skus.push_back({adjusted.sku, {.written_off = -adjusted.delta}});
}

}  // namespace

SkuSums& SkuSums::operator+=(const SkuSums& other) {
  received += other.received;
  purchased += other.purchased;
  written_off += other.written_off;
  sent += other.sent;
  reserved += other.reserved;
  returned += other.returned;
  return *this;
}

Meaning meaning_of(const Record& record) {
  Meaning meaning;
  std::visit(Overloaded{
                 [&](const record::ReservationChanged& changed) { add(meaning, changed); },
                 [&](const record::StockAdjusted& adjusted) { add(meaning, adjusted); },
                 [&](const record::StockImported&) {
                   for (const RowChange& row : record.rows)
                     meaning.skus.push_back({row.sku, {.received = row.received}});
                 },
                 [&](const record::RightsSent& sent) {
                   meaning.skus.push_back({sent.sku, {.sent = sent.quantity}});
                 },
                 [](const auto&) {},
             },
             record.body);
  return meaning;
}

void Sums::add(const Meaning& meaning) {
  for (const auto& [sku, sums] : meaning.skus) add(sku, sums);
  pending_ += meaning.pending;
}

void Sums::add(SkuId sku, const SkuSums& sums) {
  if (sku.value() >= skus_.size()) skus_.resize(sku.value() + 1);
  skus_[sku.value()] += sums;
}

}  // namespace holdfast
