// Two regions' Links, and the sockets between them.
#include "net/side.h"

namespace holdfast::net {
namespace {

Message beat(std::uint64_t sent_ms) { return message::Heartbeat{.sent_ms = sent_ms}; }

struct LinksTest : testing::Test {
  bool until(const std::function<bool()>& holds) { return run_until(io, holds); }
  boost::asio::io_context io{1};
  Side eu{io, "eu"};
  Side us{io, "us"};
};

TEST_F(LinksTest, exchange_hellos_and_then_messages_both_ways) {
  eu.links.add_peer("us", us.endpoint());
  ASSERT_TRUE(until([&] { return !eu.up.empty() && !us.up.empty(); }));
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

TEST_F(LinksTest, a_peer_that_says_nothing_is_closed_and_dialled_again) {
  eu.links.add_peer("us", us.endpoint());
  ASSERT_TRUE(until([&] { return eu.up.size() >= 2; })) << eu.log;
  EXPECT_EQ(eu.down.front(), eu.up.front());
  EXPECT_TRUE(eu.logged("nothing was heard for 400 ms") || us.logged("nothing was heard for 400 ms"));
}

TEST_F(LinksTest, a_peer_that_was_not_there_is_reached_once_it_is) {
  const Endpoint later = us.endpoint();
  us.links.stop();
  eu.links.add_peer("us", later);
  ASSERT_TRUE(until([&] { return eu.logged("cannot be reached"); }));
  boost::asio::ip::tcp::acceptor taker(io, {boost::asio::ip::make_address("127.0.0.1"), later.port});
  bool accepted = false;
  taker.async_accept([&](const auto& error, boost::asio::ip::tcp::socket) { accepted = !error; });
  EXPECT_TRUE(until([&] { return accepted; }));
}

TEST_F(LinksTest, both_may_dial_at_once_and_each_connection_is_told_of) {
  eu.links.add_peer("us", us.endpoint());
  us.links.add_peer("eu", eu.endpoint());
  ASSERT_TRUE(until([&] { return !eu.up.empty() && eu.up.size() == us.up.size(); }));
  while (eu.up.size() > 1 && eu.down.empty()) {
    eu.links.close(eu.up.back(), "one is enough");
    ASSERT_TRUE(until([&] { return eu.down.size() == 1 && us.down.size() == 1; }));
  }
}

TEST_F(LinksTest, a_reason_to_close_is_told_to_the_peer) {
  eu.links.add_peer("us", us.endpoint());
  ASSERT_TRUE(until([&] { return !us.up.empty() && !eu.up.empty(); }));
  us.links.close(us.up.front(), "go away");
  ASSERT_TRUE(until([&] { return !eu.down.empty() && !us.down.empty(); }));
  EXPECT_TRUE(eu.logged("region us: link down: it says: go away")) << eu.log;
}

TEST_F(LinksTest, a_stop_while_linked_is_silent_here_and_noticed_there) {
  eu.links.add_peer("us", us.endpoint());
  ASSERT_TRUE(until([&] { return !us.up.empty() && !eu.up.empty(); }));
  eu.links.stop();
  eu.links.send(eu.up.front(), beat(1));
  ASSERT_TRUE(until([&] { return us.down.size() == us.up.size(); }));
  EXPECT_TRUE(eu.down.empty());
  io.restart();
  io.run_for(300ms);
  EXPECT_EQ(us.up.size(), 1U);
}

}  // namespace
}  // namespace holdfast::net
