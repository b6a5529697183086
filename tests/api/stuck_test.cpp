// Clients that do not take what they are answered.
#include "api/server.h"

namespace holdfast::api {
namespace {

class Stuck : public Server {
 protected:
  // More requests than are read ahead, and more answers than sockets hold. They are on their way to a client
  // that takes nothing, and the server has done what it can.
  std::shared_ptr<Client> ask_and_take_nothing() {
    auto client = std::make_shared<Client>(io_);
    client->socket.connect({asio::ip::make_address("127.0.0.1"), server_->port()});
    const std::string request = get("/openapi.json", "X-Padding: " + std::string(500, 'x') + "\r\n");
    std::string many;
    for (std::size_t i = 0; i < requests; ++i) many += request;
    asio::async_write(client->socket, asio::buffer(text_ = std::move(many)),
                      [](boost::system::error_code, std::size_t) {});
    EXPECT_FALSE(until([&] { return false; }, 200ms));
    EXPECT_EQ(server_->connections(), 1u);
    return client;
  }
  // Nothing happens but ticks.
  [[nodiscard]] bool rests() {
    std::size_t done = 0;
    const auto end = std::chrono::steady_clock::now() + 250ms;
    while (std::chrono::steady_clock::now() < end) done += io_.run_one_for(5ms);
    return done < 10;
  }

  static constexpr std::size_t requests = 500;
  std::string text_;
};

TEST_F(Stuck, a_client_that_took_nothing_gets_all_of_it_once_it_reads) {
  start();
  const auto client = ask_and_take_nothing();
  EXPECT_TRUE(rests());
  client->read();
  EXPECT_TRUE(until([&] { return client->ended || count(client->got, "HTTP/1.1 200 OK") == requests; }, 20s));
  EXPECT_FALSE(client->ended);
}

TEST_F(Stuck, a_client_that_resets_is_gone_at_once) {
  start();
  const auto client = ask_and_take_nothing();
  client->socket.set_option(asio::socket_base::linger(true, 0));
  client->socket.close();
  EXPECT_TRUE(until([&] { return server_->connections() == 0; }));
  EXPECT_TRUE(rests());
}

}  // namespace
}  // namespace holdfast::api
