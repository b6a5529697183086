#include "sim/storage.h"

#include "base/assert.h"

namespace holdfast::sim {

namespace {

constexpr Micros settle_period{400'000};  // as the ledger's own thread

}  // namespace

Result<ledger::Opened, ledger::Error> Storage::open(const ledger::Identity& drawn, Events events) {
  auto opened = platter_->open(drawn);
  if (!opened) return opened;
  note_what_was_kept();
  events_ = std::move(events);
  ++life_;
  settle_later();
  return opened;
}

// Of the last append nobody knew whether it was kept, until now.
void Storage::note_what_was_kept() {
  if (timeline_.empty() ? content().last != Position{} : content().last > timeline_.back().first)
    timeline_.emplace_back(content().last, stage_.queue.now());
}

Micros Storage::latency() {
  if (chance(random_, speed_.stalls)) {
    stage_.reached.count(Event::disk_slow);
    return between(random_, speed_.slowest, speed_.slowest + speed_.stall_max);
  }
  return between(random_, speed_.fastest, speed_.slowest);
}

void Storage::append(ledger::Append what) {
  HF_ASSERT(!writing_);
  writing_ = std::move(what);
  stage_.queue.after(latency(), [this, life = life_] {
    if (life == life_) finish_append();
  });
}

void Storage::finish_append() {
  const auto appended = platter_->append(*writing_);
  if (!appended) return events_.failed();
  note_durable(*std::exchange(writing_, std::nullopt));
  events_.appended(*appended);
}

void Storage::note_durable(const ledger::Append& what) {
  if (!what.slices.empty()) in_mid_checkpoint_ = true;
  if (what.checkpoint_began) {
    in_mid_checkpoint_ = false;
    stage_.reached.count(Event::checkpoint_done);
  }
  timeline_.emplace_back(content().last, stage_.queue.now());
}

void Storage::read(Position at) {
  stage_.queue.after(latency(), [this, at, life = life_] {
    if (life != life_) return;
    stage_.reached.count(Event::history_read);
    const auto found = platter_->read(at);
    if (!found) return events_.failed();
    events_.read(at, *found);
  });
}

bool Storage::regain_room() {
  const auto room = platter_->regain_room();
  return room && *room;
}

void Storage::settle_later() {
  stage_.queue.after(settle_period, [this, life = life_] {
    if (life != life_) return;
    platter_->settle();
    settle_later();
  });
}

void Storage::die(Death death, Tail tail) {
  ++life_;
  const auto unfinished = std::exchange(writing_, std::nullopt);
  if (unfinished) stage_.reached.count(tail == Tail::kept ? Event::append_kept : Event::append_lost);
  platter_->die(death, tail, unfinished ? &*unfinished : nullptr);
  if (unfinished && tail == Tail::kept) note_durable(*unfinished);
  events_ = {};
}

}  // namespace holdfast::sim
