#include "daemon/aside.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace holdfast {
namespace {

// As a loop would, one after the other; by whoever takes them.
class Posted {
 public:
  [[nodiscard]] Aside::Post post() {
    return [this](api::AfterJob done) {
      const std::lock_guard lock(mutex_);
      all_.push_back(std::move(done));
      changed_.notify_one();
    };
  }
  api::AfterJob take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !all_.empty(); });
    api::AfterJob first = std::move(all_.front());
    all_.pop_front();
    return first;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<api::AfterJob> all_;
};

TEST(Aside, does_one_job_after_the_other_on_a_thread_of_its_own_and_hands_back_what_follows) {
  Posted posted;
  Aside aside(posted.post());
  std::string done;
  for (const char job : {'a', 'b', 'c'})
    aside.run([&done, job, file = std::make_unique<char>(job)]() mutable -> api::AfterJob {
      const auto thread = std::this_thread::get_id();
      return [&done, job, thread, file = std::move(file)] {
        EXPECT_NE(thread, std::this_thread::get_id());
        EXPECT_EQ(*file, job);
        done += job;
      };
    });
  for (int i = 0; i < 3; ++i) posted.take()();
  EXPECT_EQ(done, "abc");
}

}  // namespace
}  // namespace holdfast
