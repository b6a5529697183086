// LargePages: an allocator for tables that are looked into at random. What is large asks the system for large
// pages, of which the processor finds far more without a walk; where there are none, it is ordinary memory.
//
// The system clears a page when it is first touched, which takes milliseconds where it must come from further
// away, as from the host of a virtual machine. Whoever runs for long has some made ready beforehand
// (daemon/page_maker.h). Threads: none.
#pragma once

#include <cstddef>
#include <memory>

namespace holdfast {

inline constexpr std::size_t large_page_bytes = 2 << 20;

// Aligned to large_page_bytes, and zero. Throws std::bad_alloc.
[[nodiscard]] void* take_large_pages(std::size_t bytes);
void give_back_large_pages(void* place, std::size_t bytes);

// Pages that are at hand: they stand in the way of none that maps its own.
class ReadyPages {
 public:
  virtual ~ReadyPages() = default;
  [[nodiscard]] virtual void* take() = 0;  // a single one; nullptr: none is ready
};
// Who is asked for single pages from now on; nullptr: nobody.
void take_ready_pages_from(ReadyPages* source);
// For a source: as take_large_pages(), made anew; nullptr: there is no memory. From any thread.
[[nodiscard]] void* map_large_pages(std::size_t bytes);

template <class T>
struct LargePages {
  using value_type = T;

  LargePages() = default;
  template <class Other>
  LargePages(const LargePages<Other>&) {}  // NOLINT: allocators convert

  [[nodiscard]] T* allocate(std::size_t count) {
    if (is_small(count)) return std::allocator<T>().allocate(count);
    return static_cast<T*>(take_large_pages(count * sizeof(T)));
  }
  void deallocate(T* place, std::size_t count) {
    if (is_small(count)) return std::allocator<T>().deallocate(place, count);
    give_back_large_pages(place, count * sizeof(T));
  }
  bool operator==(const LargePages&) const = default;

 private:
  static bool is_small(std::size_t count) { return count * sizeof(T) < large_page_bytes; }
};

}  // namespace holdfast
