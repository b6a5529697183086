// Pages that are made ready: as good as those that are not, and there after whoever made them.
#include "daemon/page_maker.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <thread>
#include <vector>

namespace holdfast {
namespace {

using Table = std::vector<std::uint64_t, LargePages<std::uint64_t>>;
constexpr std::size_t of_a_page = large_page_bytes / sizeof(std::uint64_t);

TEST(PageMaker, pages_are_zero_and_each_is_its_takers_and_outlive_what_made_them) {
  std::optional<PageMaker> maker(std::in_place);
  std::vector<Table> tables;
  for (std::uint64_t number = 1; number <= 40; ++number) {
    if (number == 30) maker.reset();
    Table& table = tables.emplace_back(of_a_page);
    EXPECT_TRUE(std::ranges::all_of(table, [](std::uint64_t value) { return value == 0; }));
    std::ranges::fill(table, number);
  }
  for (std::uint64_t number = 1; number <= 40; ++number)
    EXPECT_EQ(std::ranges::count(tables[number - 1], number), std::ptrdiff_t{of_a_page});
}

TEST(PageMaker, has_some_ready_soon_after_the_first_was_asked_for_and_none_before) {
  PageMaker maker;
  EXPECT_EQ(maker.take(), nullptr);
  void* page = nullptr;
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (page == nullptr && std::chrono::steady_clock::now() < until) {
    std::this_thread::yield();
    page = maker.take();
  }
  ASSERT_NE(page, nullptr);
  give_back_large_pages(page, large_page_bytes);
}

}  // namespace
}  // namespace holdfast
