// PageMaker: has memory ready before it is used, on a thread of its own.
//
// Large pages for tables that grow: the loop would stand still for milliseconds each time. As many are kept
// as were taken before, up to a few: a table of some thousand names takes one, and a small one none. One at a
// time. And while tables grow, what the heap grows by (heap_ahead.h). Owner: the process.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "base/large_pages.h"
#include "daemon/heap_ahead.h"

namespace holdfast {

class PageMaker final : public ReadyPages {
 public:
  PageMaker();
  ~PageMaker() override;
  PageMaker(const PageMaker&) = delete;
  PageMaker& operator=(const PageMaker&) = delete;

  [[nodiscard]] void* take() override;

 private:
  static constexpr std::size_t ready_max = 4;

  void run();
  [[nodiscard]] bool wait();  // for something to do; false: it is over
  void make_what_is_wanted();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<void*> ready_;
  std::size_t wanted_ = 0;  // so many ready
  bool stopping_ = false;
  HeapAhead heap_;      // the thread's
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace holdfast
