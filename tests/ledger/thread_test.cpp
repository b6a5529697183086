// The ledger's thread: in order, on the caller's side, and ended cleanly.
#include "ledger/ledger_thread.h"

#include "ledger/contract.h"
#include "ledger/memory_ledger.h"

namespace holdfast::ledger {
namespace {

// A loop as small as can be: completions are put in, and run by whoever calls run_one().
class Loop {
 public:
  LedgerThread::Post post() {
    return [this](LedgerThread::Completion completion) {
      const std::lock_guard lock(mutex_);
      posted_.push_back(std::move(completion));
      changed_.notify_one();
    };
  }
  void run_one() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !posted_.empty(); });
    const auto completion = std::move(posted_.front());
    posted_.pop_front();
    lock.unlock();
    completion();
  }
  std::size_t waiting() {
    const std::lock_guard lock(mutex_);
    return posted_.size();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<LedgerThread::Completion> posted_;
};

std::unique_ptr<Ledger> some_ledger() {
  return std::move(MemoryLedger::open(std::make_shared<MemoryDisk>(), some_identity())->ledger);
}

std::function<Append()> making(JournalBatch batch) {
  return [batch = std::move(batch)] { return only(batch); };
}

TEST(LedgerThread, ReadsOnThroughTheBatchesThatFollowAsFarAsItIsTold) {
  Loop loop;
  LedgerThread thread(some_ledger(), loop.post());
  for (std::uint64_t at = 1; at <= 19; at += 2)
    thread.append(making(batch_at(at, 2, "ab")), [](const auto&) {});
  std::vector<std::uint64_t> firsts;
  const auto note = [&](const Result<std::vector<JournalBatch>, Error>& batches) {
    firsts.clear();
    for (const JournalBatch& batch : *batches) firsts.push_back(batch.first.value());
  };
  const auto read = [&](std::uint64_t at, std::uint64_t through, LedgerThread::AtOnce most) {
    thread.read_on(Position(at), Position(through), most, note);
    while (firsts == std::vector<std::uint64_t>{0}) loop.run_one();
    return firsts;
  };
  using Firsts = std::vector<std::uint64_t>;
  EXPECT_EQ((firsts = {0}, read(4, 20, {1'000, 99})), (Firsts{3, 5, 7, 9, 11, 13, 15, 17, 19}));
  EXPECT_EQ((firsts = {0}, read(4, 8, {1'000, 99})), (Firsts{3, 5, 7}));
  EXPECT_EQ((firsts = {0}, read(1, 20, {3, 99})), (Firsts{1, 3}));
  EXPECT_EQ((firsts = {0}, read(1, 20, {1'000, 3})), (Firsts{1, 3, 5}));
  EXPECT_EQ((firsts = {0}, read(20, 20, {0, 99})), Firsts{});
}

TEST(LedgerThread, AnswersInTheOrderOfTheCallsOnTheCallersThread) {
  Loop loop;
  LedgerThread thread(some_ledger(), loop.post());
  const auto caller = std::this_thread::get_id();
  std::vector<std::uint64_t> answers;
  for (std::uint64_t at = 1; at <= 100; ++at) {
    thread.append(making(batch_at(at, 1, std::to_string(at))), [&](Result<Appended, Error> appended) {
      EXPECT_EQ(std::this_thread::get_id(), caller);
      answers.push_back(appended->durable.value());
    });
    // It sees the append before it, and no later one.
    thread.read(Position(at), [&, at](Result<std::optional<JournalBatch>, Error> batch) {
      EXPECT_EQ(*batch, batch_at(at, 1, std::to_string(at)));
      EXPECT_EQ(answers.size(), at);
    });
  }
  for (int i = 0; i < 200; ++i) loop.run_one();
  EXPECT_EQ(answers.size(), 100u);
}

TEST(LedgerThread, MakesWhatItAppendsOnItsOwnThread) {
  Loop loop;
  LedgerThread thread(some_ledger(), loop.post());
  std::thread::id maker;
  thread.append(
      [&] {
        maker = std::this_thread::get_id();
        return only(batch_at(1, 1, "x"));
      },
      [](const Result<Appended, Error>& appended) { EXPECT_EQ(appended->journal_bytes, 1u); });
  loop.run_one();
  EXPECT_NE(maker, std::thread::id());
  EXPECT_NE(maker, std::this_thread::get_id());
}

TEST(LedgerThread, DoesEverythingThatWasAskedBeforeItEnds) {
  Loop loop;
  {
    LedgerThread thread(some_ledger(), loop.post());
    for (std::uint64_t at = 1; at <= 50; ++at)
      thread.append(making(batch_at(at, 1, "x")), [](const Result<Appended, Error>&) {});
    thread.regain_room([](Result<bool, Error> room) { EXPECT_TRUE(*room); });
    thread.sizes([](Result<Sizes, Error> sizes) { EXPECT_EQ(sizes->journal_bytes, 50u); });
    thread.close([](Result<void, Error> closed) { EXPECT_TRUE(closed); });
  }
  EXPECT_EQ(loop.waiting(), 53u);
  while (loop.waiting() > 0) loop.run_one();
}

TEST(LedgerThread, MayBeStartedAndEndedWithNothingToDo) {
  Loop loop;
  LedgerThread(some_ledger(), loop.post());
  EXPECT_EQ(loop.waiting(), 0u);
}

// Only tells that it was asked to settle.
class SettlingLedger final : public Ledger {
 public:
  explicit SettlingLedger(std::function<void()> settled) : settled_(std::move(settled)) {}
  Result<void, Error> load(const LoadSink&) override { return {}; }
  Result<Appended, Error> append(const Append&) override { return Appended{}; }
  Result<std::optional<JournalBatch>, Error> read(Position) override { return std::nullopt; }
  Result<bool, Error> regain_room() override { return true; }
  Result<Sizes, Error> sizes() override { return Sizes{}; }
  void settle() override { settled_(); }
  Result<void, Error> close() override { return {}; }

 private:
  std::function<void()> settled_;
};

// Nobody waits for what may lag behind.
TEST(LedgerThread, AnswersAnAppendBeforeTheLedgerSettles) {
  Loop loop;
  const auto post = loop.post();
  bool appending = false;  // on the ledger's thread
  std::vector<std::string> order;
  const auto settles = [&] {
    if (appending) post([&] { order.emplace_back("settled"); });
  };
  LedgerThread thread(std::make_unique<SettlingLedger>(settles), post);
  thread.append(
      [&] {
        appending = true;
        return only(batch_at(1, 1, "x"));
      },
      [&](const Result<Appended, Error>&) { order.emplace_back("answered"); });
  loop.run_one();
  loop.run_one();
  EXPECT_EQ(order, (std::vector<std::string>{"answered", "settled"}));
}

TEST(LedgerThread, LetsTheLedgerSettleWhenNothingIsAsked) {
  Loop loop;
  const auto post = loop.post();
  const LedgerThread thread(std::make_unique<SettlingLedger>([post] { post([] {}); }), post);
  loop.run_one();
  loop.run_one();
}

}  // namespace
}  // namespace holdfast::ledger
