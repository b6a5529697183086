#include "sim/policies/transfers.h"

#include "base/assert.h"
#include "wire/record_codec.h"

namespace holdfast::sim {

void Transfers::read(std::size_t region, const ledger::MemoryDisk& disk) {
  auto& names = names_[region];
  for (auto batch = disk.batches.upper_bound(read_to_[region]); batch != disk.batches.end(); ++batch) {
    const auto records = wire::decode_records(batch->second.bytes);
    HF_ASSERT(records);
    for (const auto& record : *records) {
      for (const auto& replica : record.new_replicas) {
        names.resize(std::max<std::size_t>(names.size(), replica.ix.value() + 1u));
        names[replica.ix.value()] = std::stoul(replica.id.region.substr(1));
      }
      const auto* sent = std::get_if<record::RightsSent>(&record.body);
      if (!sent) continue;
      ++count_;
      units_ += sent->quantity.count();
      units_between_[region][names[sent->to.value()]] += sent->quantity.count();
    }
    read_to_[region] = batch->first;
  }
}

}  // namespace holdfast::sim
