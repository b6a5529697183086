#include "daemon/aside.h"

#include <utility>

namespace holdfast {

Aside::Aside(Post post) : post_(std::move(post)), thread_([this] { work(); }) {}

Aside::~Aside() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void Aside::run(api::Job job) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(job));
  }
  changed_.notify_one();
}

void Aside::work() {
  for (std::unique_lock lock(mutex_);;) {
    changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (stopping_) return;
    api::Job job = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    post_(job());
    job = nullptr;
    lock.lock();
  }
}

}  // namespace holdfast
