#include "daemon/heap_ahead.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace holdfast {

namespace {

constexpr std::uintptr_t page_bytes = 4096;
// Whoever maps memory waits while pages are made: not for long.
constexpr std::uintptr_t at_once_bytes = 16 * page_bytes;
constexpr std::chrono::milliseconds late{300};

// What is not a whole page has long been used.
std::uintptr_t end_of_heap() { return reinterpret_cast<std::uintptr_t>(::sbrk(0)) / page_bytes * page_bytes; }

}  // namespace

HeapAhead::HeapAhead() : ready_(end_of_heap()), end_(ready_) {}

void HeapAhead::look() {
  const std::uintptr_t before = std::exchange(end_, end_of_heap());
  ready_ = std::min(ready_, end_);
  if (ready_ < end_) grew_ = Clock::now();
  if (before < end_)  // as well without
    (void)::madvise(reinterpret_cast<void*>(before), end_ - before, MADV_HUGEPAGE);
}

// As if each was written to, but that nothing is (Linux 5.14; an older one refuses, and whoever touches the
// page has it made).
bool HeapAhead::make_some_ready() {
  if (ready_ == end_) return false;
  const std::uintptr_t bytes = std::min(end_ - ready_, at_once_bytes);
  const bool is_made = ::madvise(reinterpret_cast<void*>(ready_), bytes, MADV_POPULATE_WRITE) == 0;
  ready_ = is_made ? ready_ + bytes : end_;
  return true;
}

bool HeapAhead::grows() const { return Clock::now() < grew_ + late; }

}  // namespace holdfast
