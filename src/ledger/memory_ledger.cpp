#include "ledger/memory_ledger.h"

#include "base/assert.h"
#include "ledger/preconditions.h"
#include "ledger/try.h"

namespace holdfast::ledger {

Result<OpenLedger, Error> MemoryLedger::open(std::shared_ptr<MemoryDisk> disk, const Identity& drawn) {
  HF_ASSERT(disk != nullptr);
  const bool made = !disk->identity;
  if (made) disk->identity = drawn;
  HF_TRY(check_identity(*disk->identity, drawn, "this memory"));
  Opened opened{.identity = *disk->identity, .last = disk->last, .made = made, .fenced = {}, .warnings = {}};
  return OpenLedger{std::move(opened), std::unique_ptr<Ledger>(new MemoryLedger(std::move(disk)))};
}

Result<void, Error> MemoryLedger::load(const LoadSink& sink) {
  for (const auto& [key, slice] : disk_->slices) sink.slice(slice);
  for (const auto& [first, batch] : disk_->batches)
    if (batch.last() > disk_->checkpoint_began) sink.batch(batch);
  return {};
}

Result<Appended, Error> MemoryLedger::append(const Append& what) {
  assert_fits(what, {disk_->last, disk_->checkpoint_began});
  for (const JournalBatch& batch : what.batches) {
    disk_->batches.emplace(batch.first, batch);
    disk_->last = batch.last();
  }
  for (const Slice& slice : what.slices) put(slice);
  if (what.checkpoint_began) disk_->checkpoint_began = *what.checkpoint_began;
  if (what.history_ends_before) forget_before(*what.history_ends_before);
  return Appended{.durable = disk_->last, .room = true, .journal_bytes = journal_bytes(what)};
}

void MemoryLedger::put(const Slice& slice) {
  if (slice.bytes.empty())
    disk_->slices.erase(slice.key);
  else
    disk_->slices.insert_or_assign(slice.key, slice);
}

void MemoryLedger::forget_before(Position end) {
  auto& batches = disk_->batches;
  while (!batches.empty() && batches.begin()->second.last() < end) batches.erase(batches.begin());
}

Result<std::optional<JournalBatch>, Error> MemoryLedger::read(Position at) {
  auto found = disk_->batches.upper_bound(at);
  if (found == disk_->batches.begin()) return std::nullopt;
  const JournalBatch& batch = std::prev(found)->second;
  if (at > batch.last()) return std::nullopt;
  return batch;
}

Result<Sizes, Error> MemoryLedger::sizes() {
  constexpr std::uint64_t plenty = std::uint64_t{1} << 50;  // nobody looks how much memory is left
  Sizes sizes{.journal_bytes = 0, .disk_free_bytes = plenty, .oldest = {}};
  for (const auto& [first, batch] : disk_->batches) sizes.journal_bytes += batch.bytes.size();
  if (!disk_->batches.empty()) sizes.oldest = disk_->batches.begin()->first;
  return sizes;
}

}  // namespace holdfast::ledger
