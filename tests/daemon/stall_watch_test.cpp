// A loop that stood still, and what it explains.
#include "daemon/stall_watch.h"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <thread>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

// A commit that was under way while the process was stopped does not make its disk a slow one.
TEST(StallWatch, explains_what_took_as_long_as_the_loop_stood_still_for_as_long_as_it_may_be_told_of) {
  boost::asio::io_context io;
  StallWatch stalls(io);
  stalls.start();
  EXPECT_FALSE(stalls.explains(1000ms));
  std::this_thread::sleep_for(1200ms);
  io.run_for(1ms);
  EXPECT_GE(stalls.take_longest(), 1000ms);
  EXPECT_TRUE(stalls.explains(1000ms));
  EXPECT_FALSE(stalls.explains(60s));
  EXPECT_EQ(stalls.take_longest(), 0ms);
  EXPECT_TRUE(stalls.explains(1000ms)) << "its end came a moment later";
  EXPECT_EQ(stalls.take_longest(), 0ms);
  EXPECT_FALSE(stalls.explains(1000ms));
}

}  // namespace
}  // namespace holdfast
