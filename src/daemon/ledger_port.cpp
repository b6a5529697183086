#include "daemon/ledger_port.h"

#include <malloc.h>

#include <algorithm>

#include "daemon/clock.h"
#include "wire/record_codec.h"
#include "wire/slice_codec.h"

namespace holdfast {

namespace {

template <class T>
Result<T, std::string> in_words(wire::Decoded<T> decoded) {
  if (!decoded) return failure(decoded.error().detail);
  return *std::move(decoded);
}

ledger::Slice stored(node::EncodedSlice slice) {
  return {
      {static_cast<std::uint16_t>(slice.id.kind), slice.id.number}, slice.includes, std::move(slice.bytes)};
}

ledger::Append stored(node::JournalAppend append) {
  ledger::Append what;
  if (append.count > 0)
    what.batch = ledger::JournalBatch{append.first, append.count, std::move(append.records)};
  for (node::EncodedSlice& slice : append.slices) what.slices.push_back(stored(std::move(slice)));
  what.checkpoint_began = append.checkpoint_began;
  what.history_ends_before = append.history_ends_before;
  return what;
}

// A batch as large as this is a large import's, which took many times as much on its way here: that goes back
// to the system.
constexpr std::size_t import_bytes = 8 << 20;

}  // namespace

node::Codec wire_codec() {
  return {wire::encode_records, [](BytesView bytes) { return in_words(wire::decode_records(bytes)); },
          wire::encode_slice, [](BytesView bytes) { return in_words(wire::decode_slice(bytes)); }};
}

void LedgerPort::append(node::JournalAppend append) {
  const std::int64_t began_us = steady_us();
  const bool is_import = append.records.size() >= import_bytes;
  thread_.append(stored(std::move(append)),
                 [this, began_us, is_import](Result<ledger::Appended, ledger::Error> done) {
                   if (!done) return events_.failed(done.error());
                   events_.appended(*done, steady_us() - began_us);
                   if (is_import) (void)::malloc_trim(0);
                 });
}

void LedgerPort::read(Position at) {
  thread_.read(at, [this, at](Result<std::optional<ledger::JournalBatch>, ledger::Error> found) {
    if (!found) return events_.failed(found.error());
    events_.read(at, *found);
  });
}

// While shoppers keep the disk busy a read waits for a commit: whoever has far to go would never arrive if it
// brought no more than one batch. Nor may it bring so many that the next commit waits for long: these take
// some tenths of a millisecond.
void LedgerPort::read_on(Position at, Position through) {
  constexpr ledger::LedgerThread::AtOnce most{.bytes = 256 << 10, .batches = 24};
  thread_.read_on(at, through, most,
                  [this, at](const Result<std::vector<ledger::JournalBatch>, ledger::Error>& found) {
                    if (!found) return events_.failed(found.error());
                    if (found->empty()) return events_.read(at, std::nullopt);
                    for (const ledger::JournalBatch& batch : *found)
                      events_.read(std::max(at, batch.first), batch);
                  });
}

}  // namespace holdfast
