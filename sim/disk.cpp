#include "sim/disk.h"

#include "base/assert.h"

namespace holdfast::sim {

namespace {

ledger::Append stored(node::JournalAppend append) {
  ledger::Append what;
  if (append.count > 0)
    what.batch = ledger::JournalBatch{append.first, append.count, std::move(append.records)};
  for (node::EncodedSlice& slice : append.slices)
    what.slices.push_back({{static_cast<std::uint16_t>(slice.id.kind), slice.id.number},
                           slice.includes,
                           std::move(slice.bytes)});
  what.checkpoint_began = append.checkpoint_began;
  what.history_ends_before = append.history_ends_before;
  what.history_ends_before = append.history_ends_before;
  return what;
}

}  // namespace

ledger::Opened Disk::open(const ledger::Identity& drawn, Events events) {
  auto opened = ledger::MemoryLedger::open(platter_, drawn);
  HF_ASSERT(opened.has_value());
  ledger_ = std::move(opened->ledger);
  events_ = std::move(events);
  ++life_;
  return opened->opened;
}

void Disk::load(const ledger::LoadSink& sink) {
  const auto loaded = ledger_->load(sink);
  HF_ASSERT(loaded.has_value());
}

Micros Disk::latency() {
  if (chance(random_, speed_.stalls)) {
    stage_.reached.count(Event::disk_slow);
    return between(random_, speed_.slowest, speed_.slowest + speed_.stall_max);
  }
  return between(random_, speed_.fastest, speed_.slowest);
}

void Disk::append(node::JournalAppend append) {
  HF_ASSERT(!writing_);
  writing_ = std::move(append);
  stage_.queue.after(latency(), [this, life = life_] {
    if (life == life_) finish_append();
  });
}

void Disk::finish_append() {
  if (failing_) {
    failing_ = false;
    return events_.failed();
  }
  put(*std::exchange(writing_, std::nullopt));
  events_.appended({.durable = platter_->last, .room = !full_});
}

void Disk::put(node::JournalAppend append) {
  if (!append.slices.empty()) in_mid_checkpoint_ = true;
  if (append.checkpoint_began) {
    in_mid_checkpoint_ = false;
    stage_.reached.count(Event::checkpoint_done);
  }
  const auto done = ledger_->append(stored(std::move(append)));
  HF_ASSERT(done.has_value());
  timeline_.emplace_back(platter_->last, stage_.queue.now());
}

void Disk::read(Position at) {
  stage_.queue.after(latency(), [this, at, life = life_] {
    if (life != life_) return;
    stage_.reached.count(Event::history_read);
    const auto found = ledger_->read(at);
    HF_ASSERT(found.has_value());
    events_.read(at, *found);
  });
}

void Disk::die(Tail tail) {
  ++life_;
  if (writing_) {
    stage_.reached.count(tail == Tail::kept ? Event::append_kept : Event::append_lost);
    auto last = *std::exchange(writing_, std::nullopt);
    if (tail == Tail::kept) put(std::move(last));
  }
  ledger_.reset();
  events_ = {};
}

}  // namespace holdfast::sim
