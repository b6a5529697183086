// ReadySet and Socket over real connections, both ends in one loop.
#include "sockets/ready_set.h"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "sockets/socket.h"

namespace holdfast::sockets {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;

// One end of a connection stands in the set, the other is a client's.
class End final : public Member {
 public:
  End(asio::io_context& io, const std::shared_ptr<ReadySet>& set) : client(io) {
    tcp::acceptor acceptor(io, tcp::endpoint(tcp::v4(), 0));
    client.connect({asio::ip::make_address("127.0.0.1"), acceptor.local_endpoint().port()});
    socket.emplace(acceptor.accept(), set, *this);
  }

  void on_ready(Readiness ready) override {
    ++told;
    last = ready;
    then(ready);
  }

  // What there is, up to so much.
  Code read(std::size_t bytes_max) {
    std::string bytes(bytes_max, '\0');
    Code error;
    bytes.resize(socket->read(asio::buffer(bytes), error));
    got += bytes;
    return error;
  }

  tcp::socket client;
  std::optional<Socket> socket;
  int told = 0;
  Readiness last;
  std::string got;
  std::function<void(Readiness)> then = [](Readiness) {};
};

class Ready : public testing::Test {
 protected:
  bool until(const std::function<bool()>& is_so) {
    const auto end = std::chrono::steady_clock::now() + 5s;
    while (!is_so() && std::chrono::steady_clock::now() < end) io.run_one_for(5ms);
    return is_so();
  }
  // How many pieces of work the loop does in a while in which nothing should happen.
  std::size_t work_in_a_while() { return io.run_for(50ms); }

  asio::io_context io{1};
  std::shared_ptr<ReadySet> set = std::make_shared<ReadySet>(io);
  // What a set waits with has no end: run_for() does not return early.
  asio::executor_work_guard<asio::io_context::executor_type> work{io.get_executor()};
};

TEST_F(Ready, what_was_left_unread_is_told_again) {
  End end(io, set);
  end.then = [&](Readiness) { EXPECT_FALSE(end.read(1)); };
  end.socket->wait_to_read(true);
  asio::write(end.client, asio::buffer("abc", 3));
  EXPECT_TRUE(until([&] { return end.got == "abc"; }));
  EXPECT_EQ(end.told, 3);
  EXPECT_LT(work_in_a_while(), 5u);
  EXPECT_EQ(end.told, 3) << "there was nothing more to be read";
  EXPECT_EQ(end.read(1), would_block);
}

TEST_F(Ready, the_end_of_the_other_is_told_as_something_to_read) {
  End end(io, set);
  Code read;
  end.then = [&](Readiness) { read = end.read(1), end.socket->wait_to_read(false); };
  end.socket->wait_to_read(true);
  end.client.close();
  EXPECT_TRUE(until([&] { return end.told == 1; }));
  EXPECT_TRUE(end.last.to_read);
  EXPECT_EQ(read, eof);
}

TEST_F(Ready, who_waits_for_nothing_is_told_nothing_not_even_of_an_end) {
  End end(io, set);
  end.socket->wait_to_read(true);
  end.socket->wait_to_read(false);
  asio::write(end.client, asio::buffer("abc", 3));
  end.client.close();
  EXPECT_LT(work_in_a_while(), 5u);
  EXPECT_EQ(end.told, 0);
}

TEST_F(Ready, who_leaves_while_others_are_told_is_not_told) {
  std::optional<End> first(std::in_place, io, set), second(std::in_place, io, set);
  int told = 0;
  // Whichever comes first ends the other.
  first->then = [&](Readiness) { ++told, second.reset(), first->socket->wait_to_read(false); };
  second->then = [&](Readiness) { ++told, first.reset(), second->socket->wait_to_read(false); };
  for (End* end : {&*first, &*second}) {
    asio::write(end->client, asio::buffer("abc", 3));
    end->socket->wait_to_read(true);
  }
  static_cast<void>(work_in_a_while());
  EXPECT_EQ(told, 1);
}

TEST_F(Ready, who_is_told_may_end_itself) {
  std::optional<End> end(std::in_place, io, set);
  bool ended = false;
  end->then = [&](Readiness) { ended = true, end->socket->close(); };
  end->socket->wait_to_read(true);
  asio::write(end->client, asio::buffer("abc", 3));
  EXPECT_TRUE(until([&] { return ended; }));
  EXPECT_LT(work_in_a_while(), 5u);
  EXPECT_EQ(end->told, 1);
}

TEST_F(Ready, room_for_what_is_to_be_sent_is_told) {
  End end(io, set);
  const std::string much(1 << 20, 'x');
  Code error;
  std::size_t sent = 0;
  while (!error) sent += end.socket->write(asio::buffer(much), error);
  ASSERT_EQ(error, would_block);
  end.socket->wait_to_write(true);
  EXPECT_LT(work_in_a_while(), 5u);
  EXPECT_EQ(end.told, 0) << "there is no room";

  end.then = [&](Readiness) { end.socket->wait_to_write(false); };
  std::string taken(sent, '\0');
  asio::read(end.client, asio::buffer(taken));
  EXPECT_TRUE(until([&] { return end.told == 1; }));
  EXPECT_TRUE(end.last.to_write);
  EXPECT_FALSE(end.last.to_read);
}

TEST_F(Ready, work_of_the_loop_has_its_turn_between_those_that_are_always_ready) {
  End end(io, set);
  end.socket->wait_to_read(true);
  asio::write(end.client, asio::buffer("abc", 3));  // which nobody reads
  ASSERT_TRUE(until([&] { return end.told > 2; }));
  bool had_its_turn = false;
  asio::post(io, [&] { had_its_turn = true; });
  const int before = end.told;
  EXPECT_TRUE(until([&] { return had_its_turn; }));
  EXPECT_LT(end.told, before + 5);
}

TEST_F(Ready, nobody_is_told_of_anything_once_it_is_stopped) {
  End end(io, set);
  end.socket->wait_to_read(true);
  asio::write(end.client, asio::buffer("abc", 3));
  set->stop();
  static_cast<void>(work_in_a_while());
  EXPECT_EQ(end.told, 0);
  end.socket->wait_to_read(false);  // as it is closed later
}

}  // namespace
}  // namespace holdfast::sockets
