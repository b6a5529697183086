#include "client/event_splitter.h"

#include <gtest/gtest.h>

#include <vector>

namespace holdfast {
namespace {

constexpr std::string_view two_events =
    "id: 7\nevent: stock.adjusted\ndata: {\"sku\":\"a\"}\n\n: ping\n\nid: 8\nevent: rights.sent\ndata: {}\n\n";

std::vector<std::string> split(std::string_view text, std::size_t piece) {
  EventSplitter splitter;
  std::vector<std::string> events;
  for (std::size_t at = 0; at < text.size(); at += piece)
    EXPECT_TRUE(splitter.feed(text.substr(at, piece), [&](const StreamEvent& event) {
      events.push_back(event.id + '|' + event.type + '|' + event.data);
      return true;
    }));
  return events;
}

using Events = std::vector<std::string>;

TEST(EventSplitter, finds_the_same_events_however_the_bytes_are_cut) {
  const Events expected{"7|stock.adjusted|{\"sku\":\"a\"}", "8|rights.sent|{}"};
  for (std::size_t piece = 1; piece <= two_events.size(); ++piece)
    EXPECT_EQ(split(two_events, piece), expected);
}

TEST(EventSplitter, takes_lines_that_end_as_http_lines_do_and_values_without_a_space) {
  EXPECT_EQ(split("id:7\r\nevent:x\r\ndata:{}\r\n\r\n", 3), Events{"7|x|{}"});
}

TEST(EventSplitter, joins_data_of_several_lines_and_passes_over_fields_it_does_not_know) {
  EXPECT_EQ(split("retry: 5\ndata: a\ndata: b\nwhat\n\n", 4), Events{"||a\nb"});
}

TEST(EventSplitter, takes_a_block_without_data_for_no_event) {
  EXPECT_EQ(split("id: 7\n\n: ping\n\ndata: x\n\n", 100), Events{"7||x"});
}

TEST(EventSplitter, says_nothing_of_an_event_that_is_not_whole) {
  EXPECT_EQ(split("id: 7\nevent: x\ndata: {}\n", 100), Events{});
}

TEST(EventSplitter, stops_where_it_is_told_to) {
  EventSplitter splitter;
  int told = 0;
  EXPECT_FALSE(splitter.feed(two_events, [&](const StreamEvent&) { return ++told < 1; }));
  EXPECT_EQ(told, 1);
}

}  // namespace
}  // namespace holdfast
