// Two regions' Links, and the sockets between them.
#include <sys/resource.h>

#include <boost/asio/ip/tcp.hpp>

#include "net/side.h"
#include "support/effort.h"

namespace holdfast::net {
namespace {

Message beat(std::uint64_t sent_ms) { return message::Heartbeat{.sent_ms = sent_ms}; }

struct LinksTest : testing::Test {
  bool until(const std::function<bool()>& holds) { return run_until(io, holds); }
  std::size_t run_for(std::chrono::milliseconds time) {
    io.restart();
    return io.run_for(time);
  }
  void start() {
    eu.links.start();
    us.links.start();
  }
  bool linked() {
    eu.dials("us", us.endpoint());
    start();
    return until([&] { return !eu.up.empty() && !us.up.empty(); });
  }
  boost::asio::io_context io{1};
  Side eu{io, "eu"};
  Side us{io, "us"};
};

TEST_F(LinksTest, exchange_hellos_and_then_messages_both_ways) {
  ASSERT_TRUE(linked());
  EXPECT_EQ(eu.peers.front(), "us");
  EXPECT_EQ(us.peers.front(), "eu");
  EXPECT_EQ(eu.by.front(), input::DialledBy::us);
  EXPECT_EQ(us.by.front(), input::DialledBy::peer);
  eu.links.send(eu.up.front(), beat(1));
  us.links.send(us.up.front(), message::VersionVector{.entries = {}, .rows_seen = 5});
  ASSERT_TRUE(until([&] { return !eu.got.empty() && !us.got.empty(); }));
  EXPECT_EQ(us.got.front(), beat(1));
  EXPECT_EQ(std::get<message::VersionVector>(eu.got.front()).rows_seen, 5U);
}

TEST_F(LinksTest, tell_nobody_anything_before_the_start) {
  us.dials("eu", eu.endpoint());
  us.links.start();
  run_for(200ms);
  EXPECT_EQ(eu.hellos, 0);
  EXPECT_TRUE(us.up.empty());
  eu.links.start();
  EXPECT_TRUE(until([&] { return !us.up.empty() && !eu.up.empty(); }));
}

TEST_F(LinksTest, an_address_in_use_is_found_before_the_start) {
  Links other(io, {}, {});
  const auto bound = other.listen("127.0.0.1", eu.links.port());
  ASSERT_FALSE(bound);
  EXPECT_EQ(bound.error(), boost::asio::error::address_in_use);
}

TEST_F(LinksTest, without_descriptors_accepting_waits_and_goes_on_once_there_are_some) {
  if (test::sanitized) GTEST_SKIP() << "the sanitizer looks at objects through a pipe, and has none then";
  eu.links.start();
  boost::asio::ip::tcp::socket first(io);
  first.open(boost::asio::ip::tcp::v4());
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit none = before;
  none.rlim_cur = 0;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  first.connect({boost::asio::ip::make_address("127.0.0.1"), eu.links.port()});
  const std::size_t handlers = run_for(500ms);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_LT(handlers, 20U);
  EXPECT_EQ(eu.log, "peers: cannot be accepted: Too many open files\n");
  EXPECT_TRUE(until([&] { return eu.hellos == 1; }));
}

TEST_F(LinksTest, a_peer_that_says_nothing_is_closed_and_dialled_again) {
  eu.dials("us", us.endpoint());
  start();
  ASSERT_TRUE(until([&] { return eu.up.size() >= 2; })) << eu.log;
  EXPECT_EQ(eu.down.front(), eu.up.front());
  EXPECT_TRUE(eu.logged("nothing was heard for 400 ms") || us.logged("nothing was heard for 400 ms"));
}

TEST_F(LinksTest, a_peer_that_was_not_there_is_reached_once_it_is) {
  const Endpoint later = us.endpoint();
  us.links.stop();
  eu.dials("us", later);
  eu.links.start();
  ASSERT_TRUE(until([&] { return eu.logged("cannot be reached"); }));
  boost::asio::ip::tcp::acceptor taker(io, {boost::asio::ip::make_address("127.0.0.1"), later.port});
  bool accepted = false;
  taker.async_accept([&](const auto& error, boost::asio::ip::tcp::socket) { accepted = !error; });
  EXPECT_TRUE(until([&] { return accepted; }));
}

TEST_F(LinksTest, both_may_dial_at_once_and_each_connection_is_told_of) {
  eu.dials("us", us.endpoint());
  us.dials("eu", eu.endpoint());
  start();
  ASSERT_TRUE(until([&] { return !eu.up.empty() && eu.up.size() == us.up.size(); }));
  while (eu.up.size() > 1 && eu.down.empty()) {
    eu.links.close(eu.up.back(), "one is enough");
    ASSERT_TRUE(until([&] { return eu.down.size() == 1 && us.down.size() == 1; }));
  }
}

TEST_F(LinksTest, a_reason_to_close_is_told_to_the_peer) {
  ASSERT_TRUE(linked());
  us.links.close(us.up.front(), "go away");
  ASSERT_TRUE(until([&] { return !eu.down.empty() && !us.down.empty(); }));
  EXPECT_TRUE(eu.logged("region us: link down: it says: go away")) << eu.log;
}

TEST_F(LinksTest, a_stop_while_linked_is_silent_here_and_noticed_there) {
  ASSERT_TRUE(linked());
  eu.links.stop();
  eu.links.send(eu.up.front(), beat(1));
  ASSERT_TRUE(until([&] { return us.down.size() == us.up.size(); }));
  EXPECT_TRUE(eu.down.empty());
  run_for(300ms);
  EXPECT_EQ(us.up.size(), 1U);
}

TEST_F(LinksTest, count_what_passes_and_that_a_region_came_back) {
  ASSERT_TRUE(linked());
  eu.links.send(eu.up.front(), beat(1));
  ASSERT_TRUE(until([&] { return !us.got.empty(); }));
  Counters counters = us.links.counters();
  EXPECT_EQ(counters.traffic.frames_in, 2U);
  EXPECT_EQ(counters.traffic.frames_out, 1U);
  EXPECT_EQ(counters.traffic.bytes_in, eu.links.counters().traffic.bytes_out);
  EXPECT_EQ(counters.reconnects, 0U);
  us.links.close(us.up.front(), "go away");
  ASSERT_TRUE(until([&] { return us.up.size() == 2; }));
  counters = us.links.counters();
  EXPECT_EQ(counters.reconnects, 1U);
  EXPECT_EQ(counters.refused, 0U);
  EXPECT_GT(counters.traffic.bytes_in, 0U);
}

// With nothing to say and nothing to watch yet, no timer runs.
TEST(IdleLinks, a_peer_that_is_linked_is_not_polled) {
  boost::asio::io_context io{1};
  Side eu(io, "eu", 20s);
  Side us(io, "us", 20s);
  eu.dials("us", us.endpoint());
  eu.links.start();
  us.links.start();
  ASSERT_TRUE(run_until(io, [&] { return !eu.up.empty() && !us.up.empty(); }));
  io.restart();
  EXPECT_EQ(io.run_for(1s), 0U);
}

struct Misdirected : testing::Test {
  bool until(const std::function<bool()>& holds) { return run_until(io, holds); }
  void start() {
    for (Side* side : {&eu, &us, &ap}) side->links.start();
  }
  boost::asio::io_context io{1};
  Side eu{io, "eu", 20s};
  Side us{io, "us", 20s};
  Side ap{io, "ap", 20s};
};

TEST_F(Misdirected, two_addresses_of_one_region_do_not_fight_for_the_link) {
  eu.dials("us", us.endpoint());
  eu.dials("ap", us.endpoint());
  start();
  ASSERT_TRUE(until([&] { return eu.logged("region ap: its address leads to region us"); })) << eu.log;
  io.restart();
  io.run_for(1s);
  EXPECT_GT(us.hellos, 3);         // it is dialled again and again,
  EXPECT_LE(eu.peers.size(), 2U);  // and linked once for each address at most
  EXPECT_LE(us.peers.size(), 2U);  // which us would take for a link anew
  EXPECT_TRUE(eu.down.empty()) << eu.log;
}

TEST_F(Misdirected, addresses_that_were_swapped_link_both_regions_all_the_same) {
  eu.dials("us", ap.endpoint());
  eu.dials("ap", us.endpoint());
  start();
  EXPECT_TRUE(
      until([&] { return std::ranges::count(eu.peers, "us") + std::ranges::count(eu.peers, "ap") == 2; }));
  EXPECT_TRUE(eu.down.empty()) << eu.log;
}

}  // namespace
}  // namespace holdfast::net
