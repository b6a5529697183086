// What does not keep to the protocol: damage, silence, and a reader that hangs.
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

#include "net/side.h"
#include "wire/message_codec.h"

namespace holdfast::net {
namespace {

using boost::asio::ip::tcp;

struct Strangers : testing::Test {
  Strangers() : socket(io) { socket.connect({boost::asio::ip::make_address("127.0.0.1"), eu.links.port()}); }
  bool until(const std::function<bool()>& holds) { return run_until(io, holds); }
  void say(const Bytes& bytes) { boost::asio::write(socket, boost::asio::buffer(bytes)); }
  static Bytes hello() {
    Hello said;
    said.cluster = "test";
    said.replica = {"us", {1, 2}};
    said.boots = {{1, 3}};
    Bytes bytes;
    wire::append_framed(said, bytes);
    return bytes;
  }
  static Bytes vector() {
    Bytes bytes;
    wire::append_framed(Message(message::VersionVector{.entries = {}, .rows_seen = 5}), bytes);
    return bytes;
  }
  boost::asio::io_context io{1};
  Side eu{io, "eu"};
  tcp::socket socket;
};

TEST_F(Strangers, garbage_is_closed_and_never_told_of) {
  say(Bytes(4096, std::byte{0x5a}));
  ASSERT_TRUE(until([&] { return eu.logged("a stranger at 127.0.0.1:"); }));
  EXPECT_TRUE(eu.logged("not this protocol")) << eu.log;
  EXPECT_TRUE(eu.up.empty());
  EXPECT_TRUE(eu.down.empty());
}

TEST_F(Strangers, a_flipped_byte_ends_the_link_and_the_message_is_not_applied) {
  say(hello());
  ASSERT_TRUE(until([&] { return eu.up.size() == 1; }));
  Bytes damaged = vector();
  damaged.back() ^= std::byte{1};
  say(damaged);
  ASSERT_TRUE(until([&] { return eu.down.size() == 1; }));
  EXPECT_TRUE(eu.logged("a frame was damaged on the way")) << eu.log;
  EXPECT_TRUE(eu.got.empty());
}

TEST_F(Strangers, a_message_before_the_hello_and_a_second_hello_end_the_link) {
  say(vector());
  ASSERT_TRUE(until([&] { return eu.logged("one Hello, first of all"); })) << eu.log;
  EXPECT_TRUE(eu.up.empty());
  socket = tcp::socket(io);
  socket.connect({boost::asio::ip::make_address("127.0.0.1"), eu.links.port()});
  say(hello());
  say(hello());
  ASSERT_TRUE(until([&] { return eu.down.size() == 1; }));
}

TEST_F(Strangers, a_frame_in_single_bytes_is_read_as_a_whole) {
  say(hello());
  for (const std::byte byte : vector()) say(Bytes{byte});
  ASSERT_TRUE(until([&] { return eu.got.size() == 1; }));
}

TEST_F(Strangers, who_never_says_hello_is_closed_in_the_end) {
  ASSERT_TRUE(until([&] { return eu.logged("nothing was heard for 5000 ms"); })) << eu.log;
  EXPECT_TRUE(eu.up.empty());
}

TEST_F(Strangers, who_takes_nothing_is_closed_though_it_talks) {
  say(hello());
  ASSERT_TRUE(until([&] { return eu.up.size() == 1; }));
  message::VersionVector large;
  for (int i = 0; i < 100; ++i) large.entries.push_back({{"r" + std::to_string(i), {1, 2}}, Version(1)});
  ASSERT_TRUE(until([&] {
    for (int i = 0; i < 500 && eu.down.empty(); ++i) eu.links.send(eu.up.front(), large);
    if (eu.down.empty()) {
      boost::system::error_code ended;
      boost::asio::write(socket, boost::asio::buffer(vector()), ended);
    }
    return !eu.down.empty();
  }));
  EXPECT_TRUE(eu.logged("it took nothing for 400 ms")) << eu.log;
}

TEST_F(Strangers, many_of_them_do_not_keep_a_peer_out_for_ever) {
  std::vector<tcp::socket> crowd;
  for (int i = 0; i < 100; ++i) {
    crowd.emplace_back(io);
    crowd.back().connect({boost::asio::ip::make_address("127.0.0.1"), eu.links.port()});
  }
  Side us(io, "us");
  us.links.add_peer("eu", eu.endpoint());
  EXPECT_TRUE(run_until(
      io, [&] { return std::ranges::count(eu.peers, "us") > 0; }, 20s))
      << us.log;
}

}  // namespace
}  // namespace holdfast::net
