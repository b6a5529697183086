// The port over a disk that hangs.
#include "daemon/ledger_port.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <deque>
#include <future>
#include <memory>
#include <mutex>
#include <utility>

namespace holdfast {
namespace {

using ledger::Appended;
using ledger::Error;
using ledger::JournalBatch;
using ledger::LedgerThread;
using ledger::Sizes;

// How often it was asked, once it no longer hangs.
struct Asked {
  int sizes = 0;
  int room = 0;
};

class HangingLedger final : public ledger::Ledger {
 public:
  HangingLedger(std::shared_future<void> goes_on, Asked& asked)
      : goes_on_(std::move(goes_on)), asked_(asked) {}
  Result<void, Error> load(const ledger::LoadSink&) override { return {}; }
  Result<Appended, Error> append(const ledger::Append&) override { return Appended{}; }
  Result<std::optional<JournalBatch>, Error> read(Position) override { return std::nullopt; }
  Result<bool, Error> regain_room() override {
    goes_on_.wait();
    ++asked_.room;
    return true;
  }
  Result<Sizes, Error> sizes() override {
    goes_on_.wait();
    ++asked_.sizes;
    Sizes sizes;
    sizes.journal_bytes = 7;
    return sizes;
  }
  void settle() override {}
  Result<void, Error> close() override { return {}; }

 private:
  std::shared_future<void> goes_on_;
  Asked& asked_;
};

class Port : public testing::Test {
 protected:
  Port()
      : thread_(std::make_unique<HangingLedger>(goes_on_.get_future().share(), asked_),
                [this](LedgerThread::Completion done) {
                  const std::lock_guard lock(mutex_);
                  done_.push_back(std::move(done));
                  changed_.notify_one();
                }),
        port_(thread_,
              {[](const Appended&, std::int64_t) {}, [](Position, const std::optional<JournalBatch>&) {},
               [this](const Sizes& sizes) { told_ += sizes.journal_bytes; }, [this] { ++regained_; },
               [](const Error&) { FAIL(); }}) {}
  void complete_one() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !done_.empty(); });
    const auto done = std::move(done_.front());
    done_.pop_front();
    lock.unlock();
    done();
  }

  std::promise<void> goes_on_;
  Asked asked_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<LedgerThread::Completion> done_;
  std::uint64_t told_ = 0;
  int regained_ = 0;
  LedgerThread thread_;
  LedgerPort port_;
};

TEST_F(Port, AsksADiskThatHangsOnceHoweverLongItHangs) {
  for (std::size_t second = 0; second < 2 * LedgerThread::waiting_max; ++second) {
    port_.ask_sizes();
    port_.ask_room();
  }
  goes_on_.set_value();
  complete_one();
  complete_one();
  EXPECT_EQ(told_, 7u);
  EXPECT_EQ(regained_, 1);
  EXPECT_EQ(asked_.sizes, 1);
  EXPECT_EQ(asked_.room, 1);
  port_.ask_sizes();
  port_.ask_room();
  complete_one();
  complete_one();
  EXPECT_EQ(told_, 14u);
  EXPECT_EQ(regained_, 2);
}

}  // namespace
}  // namespace holdfast
