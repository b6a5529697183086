#include "ledger/ledger_thread.h"

#include <chrono>
#include <utility>

#include "base/assert.h"

namespace holdfast::ledger {
namespace {

constexpr auto idle_period = std::chrono::milliseconds(400);  // Ledger::settle() wants two calls a second

Result<std::vector<JournalBatch>, Error> read_several(Ledger& ledger, Position at, Position through,
                                                      LedgerThread::AtOnce most) {
  std::vector<JournalBatch> batches;
  std::size_t bytes = 0;
  while (at <= through && bytes < most.bytes && batches.size() < most.batches) {
    auto batch = ledger.read(at);
    if (!batch) return failure(batch.error());
    if (!*batch) break;
    bytes += (*batch)->bytes.size();
    at = (*batch)->last().next();
    batches.push_back(**std::move(batch));
  }
  return batches;
}

}  // namespace

LedgerThread::LedgerThread(std::unique_ptr<Ledger> ledger, Post post)
    : ledger_(std::move(ledger)), post_(std::move(post)), thread_([this] { run(); }) {}

LedgerThread::~LedgerThread() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

template <class Answer, class Question>
void LedgerThread::ask(Question question, Done<Answer> done) {
  enqueue([question = std::move(question), done = std::move(done)](Ledger& ledger) -> Completion {
    return [done, answer = question(ledger)]() mutable { done(std::move(answer)); };
  });
}

void LedgerThread::append(std::function<Append()> make, Done<Appended> done) {
  ask<Appended>([make = std::move(make)](Ledger& ledger) { return ledger.append(make()); }, std::move(done));
}

void LedgerThread::read(Position at, Done<std::optional<JournalBatch>> done) {
  ask<std::optional<JournalBatch>>([at](Ledger& ledger) { return ledger.read(at); }, std::move(done));
}

void LedgerThread::read_on(Position at, Position through, AtOnce most, Done<std::vector<JournalBatch>> done) {
  ask<std::vector<JournalBatch>>([=](Ledger& ledger) { return read_several(ledger, at, through, most); },
                                 std::move(done));
}

void LedgerThread::regain_room(Done<bool> done) {
  ask<bool>([](Ledger& ledger) { return ledger.regain_room(); }, std::move(done));
}

void LedgerThread::sizes(Done<Sizes> done) {
  ask<Sizes>([](Ledger& ledger) { return ledger.sizes(); }, std::move(done));
}

void LedgerThread::copy_to(std::string file, Done<Copied> done) {
  ask<Copied>([file = std::move(file)](Ledger& ledger) { return ledger.copy_to(file); }, std::move(done));
}

void LedgerThread::close(Done<void> done) {
  ask<void>([](Ledger& ledger) { return ledger.close(); }, std::move(done));
}

void LedgerThread::enqueue(Job job) {
  {
    const std::lock_guard lock(mutex_);
    HF_ASSERT(waiting_.size() < waiting_max);
    waiting_.push_back(std::move(job));
  }
  changed_.notify_one();
}

LedgerThread::Next LedgerThread::wait() {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, idle_period, [this] { return stopping_ || !waiting_.empty(); });
  if (waiting_.empty()) return {.job = {}, .stopping = stopping_};
  Next next{.job = std::move(waiting_.front()), .stopping = false};
  waiting_.pop_front();
  return next;
}

void LedgerThread::run() {
  for (Next next = wait(); !next.stopping; next = wait()) {
    if (next.job) post_(next.job(*ledger_));
    ledger_->settle();
  }
}

}  // namespace holdfast::ledger
