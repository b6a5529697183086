// Acceptor over real connections.
#include "sockets/acceptor.h"

#include <gtest/gtest.h>

#include <vector>

namespace holdfast::sockets {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;

struct Door {
  std::shared_ptr<Acceptor> listen(int at_once = 64) {
    auto made = std::make_shared<Acceptor>(
        io,
        Acceptor::Events{[this](tcp::socket socket) { in.push_back(std::move(socket)); },
                         [this](const std::string& why) { failures.push_back(why); }},
        at_once);
    EXPECT_TRUE(made->listen("127.0.0.1", 0));
    return made;
  }
  tcp::socket knock(const Acceptor& acceptor) {
    tcp::socket client(io);
    client.connect({asio::ip::make_address("127.0.0.1"), acceptor.port()});
    return client;
  }

  asio::io_context io{1};
  std::vector<tcp::socket> in;
  std::vector<std::string> failures;
};

// One by one, with the loop's other work between two, a crowd in front of a busy daemon waits for a tenth of
// a second.
TEST(Acceptor, lets_a_crowd_in_together) {
  Door door;
  const auto acceptor = door.listen();
  std::vector<tcp::socket> crowd;
  for (int i = 0; i < 40; ++i) crowd.push_back(door.knock(*acceptor));
  acceptor->start();
  std::size_t turns = 0;
  while (door.in.size() < crowd.size() && turns < 100) turns += door.io.run_one_for(1s);
  EXPECT_EQ(door.in.size(), crowd.size());
  EXPECT_LT(turns, 5u);
  acceptor->stop();
}

TEST(Acceptor, lets_others_have_their_turn_between_so_many) {
  Door door;
  const auto acceptor = door.listen(2);
  std::vector<tcp::socket> crowd;
  for (int i = 0; i < 6; ++i) crowd.push_back(door.knock(*acceptor));
  acceptor->start();
  for (const std::size_t let_in : {2u, 4u, 6u}) {
    door.io.run_one_for(1s);
    EXPECT_EQ(door.in.size(), let_in);
  }
  acceptor->stop();
}

TEST(Acceptor, lets_in_who_comes_later_and_nobody_once_it_is_stopped) {
  Door door;
  const auto acceptor = door.listen();
  acceptor->start();
  door.io.run_for(5ms);
  const tcp::socket first = door.knock(*acceptor);
  door.io.run_for(20ms);
  EXPECT_EQ(door.in.size(), 1u);
  const tcp::socket second = door.knock(*acceptor);
  door.io.run_for(20ms);
  EXPECT_EQ(door.in.size(), 2u);
  EXPECT_TRUE(door.failures.empty());
  acceptor->stop();
  EXPECT_EQ(acceptor->port(), 0);
}

}  // namespace
}  // namespace holdfast::sockets
