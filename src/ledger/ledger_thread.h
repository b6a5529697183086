// LedgerThread: a ledger on a thread of its own, so that the loop never waits for a disk.
//
//   caller's thread: append(), read() … --> queue, first in, first out --> ledger's thread
//                    completion         <-- post                       <--
//
// Completions run where `post` runs them (the loop), in the order of the calls. The queue is bounded by its
// caller, who has one append and a few reads under way. Owner: the daemon. All calls from one thread.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "ledger/ledger.h"

namespace holdfast::ledger {

class LedgerThread {
 public:
  using Completion = std::function<void()>;
  using Post = std::function<void(Completion)>;  // called on the ledger's thread
  template <class Answer>
  using Done = std::function<void(Result<Answer, Error>)>;

  static constexpr std::size_t waiting_max = 4096;

  LedgerThread(std::unique_ptr<Ledger> ledger, Post post);
  // Does what was asked before, posts its completions, and ends the thread; then the ledger goes.
  ~LedgerThread();
  LedgerThread(const LedgerThread&) = delete;
  LedgerThread& operator=(const LedgerThread&) = delete;

  // `make` runs on the ledger's thread: so does what it takes to encode what is to be written.
  void append(std::function<Append()> make, Done<Appended> done);
  void read(Position at, Done<std::optional<JournalBatch>> done);
  // The batch that holds `at`, and those that follow, up to `through`, to about so many bytes and to so many
  // batches; none: history no longer reaches back that far.
  struct AtOnce {
    std::size_t bytes;
    std::size_t batches;
  };
  void read_on(Position at, Position through, AtOnce most, Done<std::vector<JournalBatch>> done);
  void regain_room(Done<bool> done);
  void sizes(Done<Sizes> done);
  void copy_to(std::string file, Done<Copied> done);  // a piece of it
  void close(Done<void> done);

 private:
  using Job = std::function<Completion(Ledger&)>;

  template <class Answer, class Question>
  void ask(Question question, Done<Answer> done);
  void enqueue(Job job);
  void run();
  // Nothing if there was none for a while; `stopping` once the thread must end.
  struct Next {
    Job job;
    bool stopping = false;
  };
  [[nodiscard]] Next wait();

  std::unique_ptr<Ledger> ledger_;
  Post post_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> waiting_;
  bool stopping_ = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace holdfast::ledger
