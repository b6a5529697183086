// Aside: what takes long, and needs nothing that is the loop's, on a thread of its own: one job after the
// other.
//
//   loop: run(job) --> queue, first in, first out --> thread: job() --post--> loop: what it returned
//
// The queue is bounded by its caller: the bodies that are held at once are. Owner: Daemon::Running.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "api/desk.h"

namespace holdfast {

class Aside {
 public:
  using Post = std::function<void(api::AfterJob)>;  // called on the thread

  explicit Aside(Post post);
  ~Aside();  // what has not begun is dropped
  Aside(const Aside&) = delete;
  Aside& operator=(const Aside&) = delete;

  void run(api::Job job);

 private:
  void work();

  Post post_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<api::Job> waiting_;
  bool stopping_ = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace holdfast
