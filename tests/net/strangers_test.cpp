// What does not keep to the protocol: damage, silence, and a reader that hangs.
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include "net/side.h"
#include "wire/message_codec.h"

namespace holdfast::net {
namespace {

using boost::asio::ip::tcp;

struct Strangers : testing::Test {
  explicit Strangers(Millis silence_max = Millis(400)) : eu(io, "eu", silence_max), socket(io) {
    eu.links.add_peer("us", std::nullopt);
    eu.links.start();
    connect(socket);
  }
  void connect(tcp::socket& other) {
    other.connect({boost::asio::ip::make_address("127.0.0.1"), eu.links.port()});
  }
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
  static Bytes goodbye(std::string text) {
    text.resize((text.size() + 7) / 8 * 8, '\0');
    Bytes bytes;
    wire::append_frame(bytes, wire::FrameKind::goodbye, bytes_of(text));
    return bytes;
  }
  static Message large_vector() {
    message::VersionVector large;
    for (int i = 0; i < 100; ++i) large.entries.push_back({{"r" + std::to_string(i), {1, 2}}, Version(1)});
    return large;
  }
  static Bytes vector() {
    Bytes bytes;
    wire::append_framed(Message(message::VersionVector{.entries = {}, .rows_seen = 5}), bytes);
    return bytes;
  }
  boost::asio::io_context io{1};
  Side eu;
  tcp::socket socket;
};

// Who talks all the time is not to be silent for too long on a machine that has other work.
struct TalkativeStrangers : Strangers {
  TalkativeStrangers() : Strangers(Millis(1200)) {}
};

TEST_F(Strangers, garbage_is_closed_and_never_told_of) {
  say(Bytes(4096, std::byte{0x5a}));
  ASSERT_TRUE(until([&] {
    return eu.logged("a stranger at 127.0.0.1: link down: what it sends is not this");
  })) << eu.log;
  EXPECT_EQ(eu.links.counters().refused, 1U);
  EXPECT_TRUE(eu.up.empty());
  EXPECT_TRUE(eu.down.empty());
}

// What eu says when it is called.
struct CalledStrangers : Strangers {
  Hello heard_from_eu() {
    wire::FrameReader reader;
    std::optional<Hello> said;
    std::array<std::byte, 4096> some{};
    socket.non_blocking(true);
    EXPECT_TRUE(until([&] {
      boost::system::error_code error;
      reader.feed(BytesView(some).first(socket.read_some(boost::asio::buffer(some), error)));
      const auto frame = reader.next();
      if (frame && *frame) said = *wire::decode_hello((*frame)->payload);
      return said.has_value();
    }));
    socket.non_blocking(false);
    return *said;
  }
  void say(const Hello& hello) {
    Bytes bytes;
    wire::append_framed(hello, bytes);
    Strangers::say(bytes);
  }
  static Hello of_us(std::uint64_t challenge, std::uint64_t answered) {
    Hello said;
    said.cluster = "test";
    said.replica = {"us", {1, 2}};
    said.boots = {{1, 3}};
    said.challenge = challenge;
    said.answered = answered;
    return said;
  }
};

TEST_F(CalledStrangers, who_answers_what_was_asked_is_linked_and_a_recording_of_that_is_not) {
  const std::uint64_t challenge = heard_from_eu().challenge;
  say(of_us(7, challenge));
  ASSERT_TRUE(until([&] { return eu.up.size() == 1; })) << eu.log;
  socket = tcp::socket(io);
  connect(socket);
  EXPECT_NE(heard_from_eu().challenge, challenge);
  say(of_us(7, challenge));
  ASSERT_TRUE(until([&] { return eu.logged("its handshake was recorded from another connection"); }))
      << eu.log;
  EXPECT_EQ(eu.up.size(), 1U);
  EXPECT_TRUE(until([&] { return eu.links.counters().refused == 1; }));
}

TEST_F(CalledStrangers, what_a_region_said_to_whoever_called_it_links_nobody) {
  (void)heard_from_eu();
  say(of_us(7, 0));
  ASSERT_TRUE(until([&] { return eu.logged("its handshake was recorded from another connection"); }))
      << eu.log;
  EXPECT_TRUE(eu.up.empty());
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

// It would stay linked for as long as it likes, and be heard of nothing.
TEST_F(Strangers, who_says_a_byte_now_and_then_is_silent) {
  say(hello());
  ASSERT_TRUE(until([&] { return !eu.up.empty(); }));
  Bytes dripping;
  wire::append_framed(large_vector(), dripping);
  std::size_t said = 0;
  boost::system::error_code refused;
  const auto began = std::chrono::steady_clock::now();
  EXPECT_TRUE(until([&] {
    for (; std::chrono::steady_clock::now() - began > said * 50ms && said < dripping.size(); ++said)
      boost::asio::write(socket, boost::asio::buffer(dripping.data() + said, 1), refused);
    return !eu.down.empty();
  }));
  EXPECT_TRUE(eu.logged("nothing was heard for 400 ms")) << eu.log;
}

TEST_F(Strangers, who_never_says_hello_is_closed_in_the_end) {
  ASSERT_TRUE(until([&] { return eu.logged("nothing was heard for 5000 ms"); })) << eu.log;
  EXPECT_TRUE(eu.up.empty());
}

TEST_F(TalkativeStrangers, who_take_nothing_are_closed) {
  say(hello());
  ASSERT_TRUE(until([&] { return eu.up.size() == 1; }));
  const Message large = large_vector();
  ASSERT_TRUE(until([&] {
    for (int i = 0; i < 500 && eu.down.empty(); ++i) eu.links.send(eu.up.front(), large);
    if (eu.down.empty()) {
      boost::system::error_code ended;
      boost::asio::write(socket, boost::asio::buffer(vector()), ended);
    }
    return !eu.down.empty();
  }));
  EXPECT_TRUE(eu.logged("it took nothing for 5000 ms")) << eu.log;
  EXPECT_GT(eu.links.counters().traffic.frames_dropped, 0U);
}

TEST_F(TalkativeStrangers, who_take_a_little_at_a_time_are_not_closed) {
  tcp::socket slow(io);
  slow.open(tcp::v4());
  slow.set_option(tcp::socket::receive_buffer_size(16 << 10));
  connect(slow);
  boost::asio::write(slow, boost::asio::buffer(hello()));
  ASSERT_TRUE(until([&] { return eu.up.size() == 1; }));
  const Message large = large_vector();
  for (int i = 0; i < 2400; ++i) {
    eu.links.send(eu.up.front(), large);
    if (i % 100 != 0)
      continue;  // it goes on speaking, or it would be silent for too long where encoding is slow
    boost::asio::write(slow, boost::asio::buffer(vector()));
    io.restart();
    io.poll();
  }
  Bytes some(8 << 10);
  slow.non_blocking(true);
  const auto began = std::chrono::steady_clock::now();
  while (std::chrono::steady_clock::now() - began < 7s) {  // longer than nothing may be taken
    io.restart();
    io.run_for(10ms);
    boost::system::error_code nothing_yet;
    slow.read_some(boost::asio::buffer(some), nothing_yet);
    boost::asio::write(slow, boost::asio::buffer(vector()));
  }
  EXPECT_TRUE(eu.down.empty()) << eu.log;
}

TEST_F(Strangers, who_is_told_goodbye_reads_it_to_its_end_though_it_was_talking) {
  say(hello());
  ASSERT_TRUE(until([&] { return eu.up.size() == 1; }));
  for (int i = 0; i < 3000; ++i) say(vector());
  eu.links.close(eu.up.front(), "go away");
  io.restart();
  io.run_for(100ms);
  say(vector());
  std::string read;
  boost::system::error_code error;
  boost::asio::read(socket, boost::asio::dynamic_buffer(read), error);
  EXPECT_EQ(error, boost::asio::error::eof) << error.message();
  EXPECT_NE(read.find("go away"), std::string::npos);
  socket.close();
  EXPECT_TRUE(until([&] { return eu.down.size() == 1; }));
}

TEST_F(Strangers, who_does_not_close_its_end_after_a_goodbye_is_not_waited_for) {
  say(hello());
  ASSERT_TRUE(until([&] { return eu.up.size() == 1; }));
  eu.links.close(eu.up.front(), "go away");
  EXPECT_TRUE(run_until(
      io, [&] { return eu.down.size() == 1; }, 3s));
}

TEST_F(Strangers, what_they_say_cannot_write_into_the_log_as_they_like) {
  say(hello());
  say(goodbye("\x1b[31mred\nregion us: all is well" + std::string(5000, 'x')));
  ASSERT_TRUE(until([&] { return eu.down.size() == 1; }));
  EXPECT_TRUE(eu.logged("region us: link down: it says: ?[31mred?region us: all is well")) << eu.log;
  EXPECT_LT(eu.log.size(), 300U);
}

TEST_F(Strangers, many_of_them_are_one_line_in_the_log) {
  for (int i = 0; i < 30; ++i) {
    tcp::socket another(io);
    connect(another);
    boost::asio::write(another, boost::asio::buffer(Bytes(64, std::byte{0x5a})));
    ASSERT_TRUE(until([&] { return eu.links.counters().refused == static_cast<std::uint64_t>(i) + 1; }));
  }
  EXPECT_EQ(std::ranges::count(eu.log, '\n'), 1) << eu.log;
}

TEST_F(Strangers, many_of_them_do_not_keep_a_peer_out) {
  std::vector<tcp::socket> crowd;
  for (int i = 0; i < 100; ++i) connect(crowd.emplace_back(io));
  Side us(io, "us");
  us.dials("eu", eu.endpoint());
  us.links.start();
  EXPECT_TRUE(run_until(
      io, [&] { return std::ranges::count(eu.peers, "us") > 0; }, 3s))
      << us.log;  // before any of them has been silent for too long
  EXPECT_TRUE(eu.logged("link down: too many connections have not said who they are")) << eu.log;
}

}  // namespace
}  // namespace holdfast::net
