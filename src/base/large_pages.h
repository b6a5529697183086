// LargePages: an allocator for tables that are looked into at random. What is large asks the system for large
// pages, of which the processor finds far more without a walk; where there are none, it is ordinary memory.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <memory>
#include <new>

namespace holdfast {

template <class T>
struct LargePages {
  using value_type = T;
  static constexpr std::size_t page_bytes = 2 << 20;

  LargePages() = default;
  template <class Other>
  LargePages(const LargePages<Other>&) {}  // NOLINT: allocators convert

  [[nodiscard]] T* allocate(std::size_t count) {
    const std::size_t bytes = count * sizeof(T);
    if (bytes < page_bytes) return std::allocator<T>().allocate(count);
    void* place = ::operator new(bytes, std::align_val_t(page_bytes));
    (void)::madvise(place, bytes, MADV_HUGEPAGE);  // as well without
    return static_cast<T*>(place);
  }
  void deallocate(T* place, std::size_t count) {
    if (count * sizeof(T) < page_bytes) return std::allocator<T>().deallocate(place, count);
    ::operator delete(place, std::align_val_t(page_bytes));
  }
  bool operator==(const LargePages&) const = default;
};

}  // namespace holdfast
