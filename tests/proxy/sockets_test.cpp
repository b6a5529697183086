// Real sockets on loopback, all in one thread. Times are only ever bounded from below, so a busy machine is
// fine.
#include <gtest/gtest.h>

#include <boost/asio/write.hpp>
#include <memory>

#include "proxy/control.h"

namespace holdfast::proxy {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using namespace std::chrono_literals;

const tcp::endpoint any_port(asio::ip::address_v4::loopback(), 0);

// Reads all it is given, and remembers it; an echo writes it back as well.
class Peer : public std::enable_shared_from_this<Peer> {
 public:
  Peer(tcp::socket socket, bool echo) : socket_(std::move(socket)), echo_(echo) {}
  void read() {
    socket_.async_read_some(asio::buffer(buffer_),
                            [self = shared_from_this()](const error_code& ec, std::size_t n) {
                              self->received.append(self->buffer_.data(), n);
                              if (ec) {
                                self->ended = ec;
                              } else {
                                if (self->echo_) self->say(std::string(self->buffer_.data(), n));
                                self->read();
                              }
                            });
  }
  void say(const std::string& text) {
    error_code ignored;
    asio::write(socket_, asio::buffer(text), ignored);
  }
  void close_sending() { socket_.shutdown(tcp::socket::shutdown_send); }
  void close() { socket_.close(); }

  std::string received;
  std::optional<error_code> ended;

 private:
  tcp::socket socket_;
  bool echo_;
  std::array<char, 4096> buffer_{};
};

class Sockets : public testing::Test {
 protected:
  Sockets() {
    accept();
    links_.emplace_back(io_, "eu-us", any_port, server_.local_endpoint(), 1);
  }

  Link& link() { return links_.front(); }

  std::shared_ptr<Peer> dial() {
    tcp::socket socket(io_);
    socket.connect(link().listens_at());
    auto peer = std::make_shared<Peer>(std::move(socket), false);
    peer->read();
    return peer;
  }

  // Runs everything until it is so; false if it is not so for ten seconds.
  template <class Condition>
  bool until(Condition so) {
    const auto deadline = std::chrono::steady_clock::now() + 10s;
    while (!so() && std::chrono::steady_clock::now() < deadline) io_.run_one_for(20ms);
    return so();
  }

  // A client and the server's side of it, after one word there and back.
  std::shared_ptr<Peer> talking() {
    auto client = dial();
    client->say("hello");
    EXPECT_TRUE(until([&] { return client->received == "hello"; }));
    return client;
  }
  Peer& served() { return *served_.back(); }

  asio::io_context io_{1};
  tcp::acceptor server_{io_, any_port};
  std::vector<std::shared_ptr<Peer>> served_;
  std::list<Link> links_;

 private:
  void accept() {
    server_.async_accept([this](const error_code& ec, tcp::socket socket) {
      if (ec) return;
      served_.push_back(std::make_shared<Peer>(std::move(socket), true));
      served_.back()->read();
      accept();
    });
  }
};

TEST_F(Sockets, an_echo_comes_back_through_the_proxy) {
  const auto client = talking();
  EXPECT_EQ(link().counters(Direction::up), (Counters{.bytes_in = 5, .bytes_out = 5}));
  EXPECT_EQ(link().counters(Direction::down), (Counters{.bytes_in = 5, .bytes_out = 5}));
}

TEST_F(Sockets, closing_one_side_is_passed_on_and_the_other_may_still_speak) {
  const auto client = talking();
  client->close_sending();
  ASSERT_TRUE(until([&] { return served().ended.has_value(); }));
  served().say("bye");
  ASSERT_TRUE(until([&] { return client->received == "hellobye"; }));
  served().close();
  ASSERT_TRUE(until([&] { return client->ended.has_value(); }));
  EXPECT_EQ(*client->ended, asio::error::eof);
  EXPECT_TRUE(until([&] { return link().connections() == 0; }));
}

TEST_F(Sockets, a_delay_holds_in_each_direction) {
  link().set_faults({.delay = 30ms});
  const auto start = std::chrono::steady_clock::now();
  talking();
  EXPECT_GE(std::chrono::steady_clock::now() - start, 60ms);
}

TEST_F(Sockets, cut_up_only_what_goes_up_is_lost_and_what_comes_down_arrives) {
  const auto client = talking();
  link().set_faults({.cut = Sides::up});
  client->say("lost");
  served().say(" world");
  ASSERT_TRUE(until([&] { return client->received == "hello world"; }));
  ASSERT_TRUE(until([&] { return link().counters(Direction::up).bytes_lost == 4; }));
  EXPECT_EQ(served().received, "hello");
  EXPECT_FALSE(client->ended);
}

TEST_F(Sockets, a_connection_that_lost_bytes_is_reset_when_the_cut_is_healed) {
  const auto client = talking();
  link().set_faults({.cut = Sides::up});
  client->say("lost");
  ASSERT_TRUE(until([&] { return link().counters(Direction::up).bytes_lost == 4; }));
  link().set_faults({});
  ASSERT_TRUE(until([&] { return client->ended && served().ended; }));
  EXPECT_EQ(*client->ended, asio::error::connection_reset);
}

TEST_F(Sockets, a_connection_that_said_nothing_during_a_cut_lives_on) {
  const auto client = talking();
  link().set_faults({.cut = Sides::both});
  link().set_faults({});
  client->say("!");
  EXPECT_TRUE(until([&] { return client->received == "hello!"; }));
}

TEST_F(Sockets, during_a_cut_a_new_connection_is_accepted_leads_nowhere_and_is_reset_once_healed) {
  link().set_faults({.cut = Sides::down});
  const auto client = dial();
  client->say("anyone?");
  ASSERT_TRUE(until([&] { return link().counters(Direction::up).bytes_lost == 7; }));
  EXPECT_TRUE(served_.empty());
  EXPECT_FALSE(client->ended);
  link().set_faults({});
  ASSERT_TRUE(until([&] { return client->ended.has_value(); }));
  EXPECT_EQ(*client->ended, asio::error::connection_reset);
}

TEST_F(Sockets, during_a_cut_the_other_side_does_not_hear_of_a_closing) {
  const auto client = talking();
  link().set_faults({.cut = Sides::both});
  client->close();
  io_.run_for(30ms);
  EXPECT_FALSE(served().ended);
  EXPECT_EQ(link().connections(), 1u);
  link().set_faults({});
  EXPECT_TRUE(until([&] { return served().ended.has_value(); }));
}

TEST_F(Sockets, reset_reaches_both_sides) {
  const auto client = talking();
  link().reset();
  ASSERT_TRUE(until([&] { return client->ended && served().ended; }));
  EXPECT_EQ(*client->ended, asio::error::connection_reset);
  EXPECT_EQ(*served().ended, asio::error::connection_reset);
  EXPECT_EQ(link().connections(), 0u);
}

TEST_F(Sockets, a_stall_loses_nothing) {
  const auto client = talking();
  link().set_faults({.stall = Sides::down});
  client->say("!");
  ASSERT_TRUE(until([&] { return served().received == "hello!"; }));
  io_.run_for(20ms);
  EXPECT_EQ(client->received, "hello");
  link().set_faults({});
  EXPECT_TRUE(until([&] { return client->received == "hello!"; }));
}

TEST_F(Sockets, flipped_bytes_arrive_and_are_counted) {
  link().set_faults({.flip_one_byte_in = 1});
  const auto client = dial();
  client->say("hello");
  ASSERT_TRUE(until([&] { return client->received.size() == 5; }));
  EXPECT_NE(served().received, "hello");
  EXPECT_EQ(link().counters(Direction::up).bytes_flipped, 5u);
  EXPECT_EQ(link().counters(Direction::down).bytes_flipped, 5u);
}

TEST_F(Sockets, a_throttle_makes_many_bytes_take_their_time) {
  const auto client = talking();
  link().set_faults({.throttle_bytes_per_s = 100'000});
  const auto start = std::chrono::steady_clock::now();
  served().say(std::string(20'000, 'x'));
  ASSERT_TRUE(until([&] { return client->received.size() == 20'005; }));
  EXPECT_GE(std::chrono::steady_clock::now() - start, 150ms);
}

TEST_F(Sockets, megabytes_pass_whole_through_small_buffers) {
  const auto client = talking();
  const std::string much(3'000'000, 'y');
  std::size_t said = 0;
  ASSERT_TRUE(until([&] {
    if (said < much.size()) client->say(much.substr(said, 4096));
    said += 4096;
    return client->received.size() >= much.size() + 5;
  }));
  EXPECT_EQ(client->received, "hello" + much);
}

TEST_F(Sockets, a_target_that_refuses_resets_the_client) {
  server_.close();
  const auto client = dial();
  ASSERT_TRUE(until([&] { return client->ended.has_value(); }));
  EXPECT_EQ(*client->ended, asio::error::connection_reset);
}

TEST_F(Sockets, a_new_target_holds_for_connections_to_come) {
  tcp::acceptor other(io_, any_port);
  link().set_target(other.local_endpoint());
  bool came = false;
  other.async_accept([&](const error_code& ec, const tcp::socket&) { came = !ec; });
  const auto client = dial();
  EXPECT_TRUE(until([&] { return came; }));
}

TEST_F(Sockets, control_shows_and_changes_one_link) {
  Control control(io_, any_port, links_);
  EXPECT_EQ(control.answer("PUT", "/links/eu-us", R"({"delay_ms":7})").status, 200u);
  EXPECT_EQ(link().faults(), Faults{.delay = 7ms});
  EXPECT_NE(control.answer("GET", "/", "").body.find(R"("delay_ms":7)"), std::string::npos);
  EXPECT_EQ(control.answer("POST", "/links/eu-us/heal", "").status, 200u);
  EXPECT_EQ(link().faults(), Faults{});
}

TEST_F(Sockets, control_resets_on_request) {
  Control control(io_, any_port, links_);
  const auto client = talking();
  EXPECT_EQ(control.answer("POST", "/links/eu-us/reset", "").status, 200u);
  EXPECT_TRUE(until([&] { return client->ended.has_value(); }));
}

TEST_F(Sockets, control_refuses_what_it_does_not_know_and_changes_nothing) {
  Control control(io_, any_port, links_);
  EXPECT_EQ(control.answer("GET", "/links/nobody", "").status, 404u);
  EXPECT_EQ(control.answer("GET", "/links/eu-us/flip", "").status, 404u);
  EXPECT_EQ(control.answer("GET", "/nowhere", "").status, 404u);
  EXPECT_EQ(control.answer("DELETE", "/links/eu-us", "").status, 405u);
  EXPECT_EQ(control.answer("GET", "/heal", "").status, 405u);
  EXPECT_EQ(control.answer("PUT", "/links/eu-us", R"({"cut":"up","delay":1})").status, 400u);
  EXPECT_EQ(link().faults(), Faults{});
}

}  // namespace
}  // namespace holdfast::proxy
