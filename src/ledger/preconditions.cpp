#include "ledger/preconditions.h"

#include "base/assert.h"

namespace holdfast::ledger {

void assert_fits(const Append& what, const JournalState& state) {
  HF_ASSERT(!what.batches.empty() || !what.slices.empty() || what.checkpoint_began ||
            what.history_ends_before);
  Position last = state.last;
  for (const JournalBatch& batch : what.batches) {
    HF_ASSERT(batch.count >= 1);
    HF_ASSERT(batch.first == last.next());
    last = batch.last();
  }
  for (const Slice& slice : what.slices) HF_ASSERT(slice.includes <= last);
  const Position began = what.checkpoint_began.value_or(state.checkpoint_began);
  HF_ASSERT(began >= state.checkpoint_began);
  HF_ASSERT(began <= last);
  HF_ASSERT(what.history_ends_before.value_or(began) <= began.next());
}

std::uint64_t journal_bytes(const Append& what) {
  std::uint64_t bytes = 0;
  for (const JournalBatch& batch : what.batches) bytes += batch.bytes.size();
  return bytes;
}

std::string describe(const Identity& identity) {
  return "region " + identity.replica.region + " of cluster " + identity.cluster;
}

Result<void, Error> check_identity(const Identity& found, const Identity& expected,
                                   const std::string& where) {
  if (found.cluster == expected.cluster && found.replica.region == expected.replica.region) return {};
  return failure(Error{Trouble::other_identity, where + " is the ledger of " + describe(found) +
                                                    ", but this daemon is configured as " +
                                                    describe(expected) +
                                                    ": correct data_dir, cluster or region"});
}

}  // namespace holdfast::ledger
