#include "daemon/ledger_port.h"

#include <malloc.h>

#include <algorithm>
#include <utility>

#include "daemon/clock.h"
#include "ledger/encoded.h"
#include "wire/codec.h"

namespace holdfast {

namespace {

// A batch as large as this is a large import's, which took many times as much on its way here: that goes back
// to the system.
constexpr std::size_t import_bytes = 8 << 20;

}  // namespace

void LedgerPort::append(node::JournalAppend append) {
  const std::int64_t began_us = steady_us();
  thread_.append(
      [append = std::move(append)]() mutable { return ledger::encoded(std::move(append), wire::codec()); },
      [this, began_us](Result<ledger::Appended, ledger::Error> done) {
        if (!done) return events_.failed(done.error());
        events_.appended(*done, steady_us() - began_us);
        if (done->journal_bytes >= import_bytes) (void)::malloc_trim(0);
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

void LedgerPort::ask_sizes() {
  if (std::exchange(sizes_asked_, true)) return;
  thread_.sizes([this](const Result<ledger::Sizes, ledger::Error>& sizes) {
    sizes_asked_ = false;
    if (!sizes) return events_.failed(sizes.error());
    events_.sizes(*sizes);
  });
}

void LedgerPort::ask_room() {
  if (std::exchange(room_asked_, true)) return;
  thread_.regain_room([this](const Result<bool, ledger::Error>& room) {
    room_asked_ = false;
    if (!room) return events_.failed(room.error());
    if (*room) events_.has_room();
  });
}

}  // namespace holdfast
