#include "core/step_context.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "core/invariants.h"

namespace holdfast {

namespace {

bool may_free(const RowChange& change) { return change.reserved < no_units || change.received > no_units; }

// All of them, which are none most often.
std::vector<SkuId> take_each_once(std::vector<SkuId>& from) {
  if (from.empty()) return {};
  std::vector<SkuId> skus = std::exchange(from, {});
  std::ranges::sort(skus);
  skus.erase(std::ranges::unique(skus).begin(), skus.end());
  return skus;
}

}  // namespace

bool gauges_moved(const Stock& stock, SkuId sku) {
  const Units rights = stock.rights(sku);
  const std::int64_t published = (rights - stock.row(self, sku).reserved).count();
  const std::int64_t current = (rights - stock.reserved(sku)).count();
  if ((published == 0) != (current == 0)) return true;
  return std::abs(published - current) * 8 > std::abs(published);
}

bool back_on_sale(const Stock& stock, SkuId sku) {
  return stock.available(sku) > no_units && stock.rights(sku) <= stock.row(self, sku).reserved;
}

void StepContext::commit(const Record& record, const Digest* name) {
  HF_ASSERT(&record == &effects_.records.back());
  state_.apply(record, name);
  check_changed(state_, record);
  memory.last_record = record.at;
  if (const auto* sent = std::get_if<record::RightsSent>(&record.body)) memory.transfers.note_sent(*sent);
  note_availability(record);
}

std::vector<SkuId> StepContext::take_freed() { return take_each_once(freed_); }

std::vector<SkuId> StepContext::take_giveable() { return take_each_once(giveable_); }

std::vector<SkuId> StepContext::take_back_on_sale() { return take_each_once(back_on_sale_); }

std::vector<SkuId> StepContext::take_touched() { return take_each_once(touched_); }

void StepContext::note_availability(const Record& record) {
  const auto note = [&](std::vector<SkuId>& skus, SkuId sku) {
    if (memory.waiters.names(sku)) skus.push_back(sku);
  };
  for (const RowChange& change : record.rows) {
    note(touched_, change.sku);
    if (may_free(change)) note(freed_, change.sku);
    if (!config.peers.empty() && change.reserved < no_units && back_on_sale(stock(), change.sku))
      back_on_sale_.push_back(change.sku);
    if (!config.peers.empty() && change.version == Version{} && gauges_moved(stock(), change.sku))
      memory.gauges_moved.insert(change.sku);
  }
  if (const auto* taken = std::get_if<record::PeerRowsTaken>(&record.body))
    for (const record::PeerRow& row : taken->rows) {
      note(touched_, row.sku);
      if (memory.waiters.wanted(row.sku) > no_units) memory.ask_now.insert(row.sku);  // it may have some now
      if (row.given > no_units) {
        note(freed_, row.sku);
        may_give(row.sku);
      }
    }
}

}  // namespace holdfast
