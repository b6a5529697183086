#include "sim/platter.h"

#include "base/assert.h"

namespace holdfast::sim {

Result<ledger::Opened, ledger::Error> MemoryPlatter::open(const ledger::Identity& drawn) {
  auto opened = ledger::MemoryLedger::open(disk_, drawn);
  if (!opened) return failure(opened.error());
  ledger_ = std::move(opened->ledger);
  return std::move(opened->opened);
}

void MemoryPlatter::load(const ledger::LoadSink& sink) {
  const auto loaded = ledger_->load(sink);
  HF_ASSERT(loaded.has_value());
}

Result<ledger::Appended, ledger::Error> MemoryPlatter::append(const ledger::Append& what) {
  if (failing_) return failure(ledger::Error{ledger::Trouble::failed, "the disk failed"});
  auto appended = ledger_->append(what);
  HF_ASSERT(appended.has_value());
  appended->room = !full_;
  return appended;
}

Result<std::optional<ledger::JournalBatch>, ledger::Error> MemoryPlatter::read(Position at) {
  return ledger_->read(at);
}

void MemoryPlatter::put_back() {
  HF_ASSERT(!ledger_);
  *disk_ = copy_;
  tampered_with_ = true;
}

void MemoryPlatter::die(Death, Tail tail, const ledger::Append* unfinished) {
  failing_ = false;
  if (unfinished != nullptr && tail == Tail::kept) std::ignore = append(*unfinished);
  ledger_.reset();
}

}  // namespace holdfast::sim
