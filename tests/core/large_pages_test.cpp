// Memory of large tables: aligned and zero.
#include "base/large_pages.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>

namespace holdfast {
namespace {

void use(std::size_t size) {
  auto* const place = static_cast<std::byte*>(take_large_pages(size));
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(place) % large_page_bytes, 0u);
  EXPECT_TRUE(std::all_of(place, place + size, [](std::byte byte) { return byte == std::byte{0}; }));
  std::fill(place, place + size, std::byte{1});
  give_back_large_pages(place, size);
}

TEST(LargePages, are_aligned_and_zero_of_any_size) {
  for (const std::size_t size : {large_page_bytes, large_page_bytes + 1, 3 * large_page_bytes + 5000})
    use(size);
}

}  // namespace
}  // namespace holdfast
