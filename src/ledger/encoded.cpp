#include "ledger/encoded.h"

#include <utility>

namespace holdfast::ledger {

namespace {

Slice encoded(node::AppendedSlice slice, const Codec& codec) {
  Slice stored{.key = {static_cast<std::uint16_t>(slice.id.kind), slice.id.number},
               .includes = slice.includes,
               .bytes = {}};
  if (slice.copy) codec.encode_slice(value_of(*std::move(slice.copy)), stored.bytes);
  return stored;
}

}  // namespace

Append encoded(node::JournalAppend append, const Codec& codec) {
  Append what;
  Position first = append.first;
  for (const RecordBatch* records : append.batches) {
    JournalBatch& batch = what.batches.emplace_back();
    batch.first = first;
    batch.count = static_cast<std::uint32_t>(records->size());
    records->encode(batch.bytes);
    first = batch.last().next();
  }
  what.slices.reserve(append.slices.size());
  for (node::AppendedSlice& slice : append.slices) what.slices.push_back(encoded(std::move(slice), codec));
  what.checkpoint_began = append.checkpoint_began;
  what.history_ends_before = append.history_ends_before;
  return what;
}

}  // namespace holdfast::ledger
