#include "base/large_pages.h"

#include <sys/mman.h>

#include <cstdint>
#include <new>

namespace holdfast {

namespace {

ReadyPages* ready_pages = nullptr;

// Whole pages, of the small kind.
constexpr std::size_t rounded_up(std::size_t bytes) {
  constexpr std::size_t page = 4096;
  return (bytes + page - 1) / page * page;
}

}  // namespace

void take_ready_pages_from(ReadyPages* source) { ready_pages = source; }

// More than is asked for is mapped, and what lies before and behind the aligned part goes back.
void* map_large_pages(std::size_t size) {
  const std::size_t bytes = rounded_up(size);
  const std::size_t mapped = bytes + large_page_bytes;
  void* const all = ::mmap(nullptr, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (all == MAP_FAILED) return nullptr;
  const std::size_t before =
      (large_page_bytes - reinterpret_cast<std::uintptr_t>(all) % large_page_bytes) % large_page_bytes;
  std::byte* const place = static_cast<std::byte*>(all) + before;
  if (before > 0) (void)::munmap(all, before);
  (void)::munmap(place + bytes, mapped - before - bytes);
  (void)::madvise(place, bytes, MADV_HUGEPAGE);  // as well without
  return place;
}

void* take_large_pages(std::size_t bytes) {
  if (ready_pages != nullptr && bytes == large_page_bytes)
    if (void* const page = ready_pages->take()) return page;
  void* const place = map_large_pages(bytes);
  if (place == nullptr) throw std::bad_alloc();
  return place;
}

void give_back_large_pages(void* place, std::size_t bytes) { (void)::munmap(place, rounded_up(bytes)); }

}  // namespace holdfast
