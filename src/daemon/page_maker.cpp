#include "daemon/page_maker.h"

#include <algorithm>
#include <chrono>

namespace holdfast {

namespace {

// Has the system clear it. Touched and not asked for by madvise(), which would hold the address space while
// it clears: whoever needs a little more memory meanwhile, as the loop, would wait for that.
void touch(void* page) {
  constexpr std::size_t small_page = 4096;  // there may be no large ones
  volatile char* const bytes = static_cast<char*>(page);
  for (std::size_t at = 0; at < large_page_bytes; at += small_page) bytes[at] = 0;
}

}  // namespace

PageMaker::PageMaker() : thread_([this] { run(); }) { take_ready_pages_from(this); }

PageMaker::~PageMaker() {
  take_ready_pages_from(nullptr);
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
  for (void* const page : ready_) give_back_large_pages(page, large_page_bytes);
}

void* PageMaker::take() {
  void* page = nullptr;
  {
    const std::lock_guard lock(mutex_);
    wanted_ = std::min(wanted_ + 1, ready_max);
    if (!ready_.empty()) {
      page = ready_.back();
      ready_.pop_back();
    }
  }
  changed_.notify_one();
  return page;
}

// The heap does not say when it grows.
bool PageMaker::wait() {
  constexpr std::chrono::milliseconds look_again{3};
  const auto is_due = [this] { return stopping_ || ready_.size() < wanted_; };
  std::unique_lock lock(mutex_);
  if (heap_.grows())
    changed_.wait_for(lock, look_again, is_due);
  else
    changed_.wait(lock, is_due);
  return !stopping_;
}

// Large pages first: who comes too early for one of those waits longest.
void PageMaker::run() {
  while (wait()) {
    heap_.look();
    do make_what_is_wanted();
    while (heap_.make_some_ready());
  }
}

void PageMaker::make_what_is_wanted() {
  for (std::unique_lock lock(mutex_); !stopping_ && ready_.size() < wanted_;) {
    lock.unlock();
    void* const page = map_large_pages(large_page_bytes);
    if (page != nullptr) touch(page);
    lock.lock();
    if (page != nullptr)
      ready_.push_back(page);
    else
      wanted_ = 0;  // until the next is asked for
  }
}

}  // namespace holdfast
