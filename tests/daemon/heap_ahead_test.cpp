// Pages of the heap that are made ready: they are there before anybody touched them, and hold what they held.
#include "daemon/heap_ahead.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace holdfast {
namespace {

constexpr std::size_t pages = 256;
constexpr std::size_t page_bytes = 4096;

// As malloc does, which copes with others who do.
class Growth {
 public:
  Growth() {
    const auto begins = reinterpret_cast<std::uintptr_t>(::sbrk(0));
    const std::uintptr_t aligned = (begins + page_bytes - 1) / page_bytes * page_bytes;
    ::sbrk(static_cast<std::intptr_t>(aligned - begins + pages * page_bytes));
    begin_ = reinterpret_cast<char*>(aligned);
  }
  [[nodiscard]] char* begin() const { return begin_; }
  // False: somebody grew it further meanwhile.
  [[nodiscard]] bool give_back() const {
    if (::sbrk(0) != begin_ + pages * page_bytes) return false;
    ::sbrk(-static_cast<std::intptr_t>(pages * page_bytes));
    return true;
  }
  [[nodiscard]] std::size_t there() const {
    std::array<unsigned char, pages> is_there{};
    if (::mincore(begin_, pages * page_bytes, is_there.data()) != 0) return 0;
    return static_cast<std::size_t>(
        std::ranges::count_if(is_there, [](auto bits) { return (bits & 1) != 0; }));
  }

 private:
  char* begin_;
};

void make_all_ready(HeapAhead& heap) {
  heap.look();
  while (heap.make_some_ready()) {
  }
}

TEST(HeapAhead, what_the_heap_grew_by_is_there_before_it_is_touched_and_holds_what_it_held) {
  HeapAhead heap;
  EXPECT_FALSE(heap.grows());
  const Growth growth;
  EXPECT_LT(growth.there(), pages / 2);
  std::ranges::copy(std::string_view("held"), growth.begin());
  make_all_ready(heap);
  EXPECT_EQ(growth.there(), pages);
  EXPECT_EQ(std::string_view(growth.begin(), 4), "held");
  EXPECT_EQ(growth.begin()[pages * page_bytes - 1], 0);
  EXPECT_TRUE(heap.grows());
}

// Whether the mapping that holds `place` asks for large pages (proc_pid_smaps(5)).
bool asks_for_large_pages(const char* place) {
  const auto at = reinterpret_cast<std::uintptr_t>(place);
  std::ifstream mappings("/proc/self/smaps");
  bool is_it = false;
  for (std::string line; std::getline(mappings, line);) {
    std::uintptr_t begin = 0;
    std::uintptr_t end = 0;
    if (std::sscanf(line.c_str(), "%lx-%lx ", &begin, &end) == 2) is_it = begin <= at && at < end;
    if (is_it && line.starts_with("VmFlags:")) return line.find(" hg") != std::string::npos;
  }
  return false;
}

TEST(HeapAhead, what_the_heap_grew_by_is_asked_for_in_large_pages) {
  if (!std::filesystem::exists("/sys/kernel/mm/transparent_hugepage")) GTEST_SKIP() << "no large pages here";
  HeapAhead heap;
  const Growth growth;
  EXPECT_FALSE(asks_for_large_pages(growth.begin()));
  heap.look();
  EXPECT_TRUE(asks_for_large_pages(growth.begin()));
}

TEST(HeapAhead, what_was_there_before_it_is_left_as_it_is) {
  const Growth growth;
  HeapAhead heap;
  make_all_ready(heap);
  EXPECT_LT(growth.there(), pages / 2);
}

TEST(HeapAhead, what_is_given_back_before_it_was_made_ready_is_nothing_to_do) {
  HeapAhead heap;
  const Growth growth;
  heap.look();
  if (!growth.give_back()) GTEST_SKIP() << "the heap grew further meanwhile";
  while (heap.make_some_ready()) {
  }
  make_all_ready(heap);
  EXPECT_EQ(growth.there(), 0u);
}

}  // namespace
}  // namespace holdfast
