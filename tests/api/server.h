// The server over real sockets, with a fake desk behind it: what tests of it have in common.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <chrono>

#include "api/fake_desk.h"
#include "api/http_server.h"

namespace holdfast::api {

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;

inline constexpr std::string_view host = "Host: shop\r\n";

inline ServerLimits quick() {
  ServerLimits limits;
  limits.tick = Millis(5);
  limits.request_max = Millis(100);
  limits.idle_max = Millis(200);
  limits.linger_max = Millis(100);
  return limits;
}

// Server and clients share one thread: a client runs the loop while it waits.
class Server : public testing::Test {
 protected:
  void start(ServerLimits limits = {}) {
    server_.emplace(io_, gateway_, limits);
    ASSERT_TRUE(server_->listen("127.0.0.1", 0));
  }

  void SetUp() override { desk_.gateway = &gateway_; }

  // Runs the loop until it is so; false if that takes too long.
  bool until(const std::function<bool()>& is_so, std::chrono::milliseconds within = 3s) {
    const auto end = std::chrono::steady_clock::now() + within;
    while (!is_so() && std::chrono::steady_clock::now() < end) io_.run_one_for(5ms);
    return is_so();
  }

  struct Client : std::enable_shared_from_this<Client> {
    explicit Client(asio::io_context& io) : socket(io) {}
    tcp::socket socket;
    std::string got;
    bool ended = false;
    std::array<char, 65536> chunk{};

    void read() {
      socket.async_read_some(asio::buffer(chunk), [this, self = shared_from_this()](
                                                      boost::system::error_code ec, std::size_t bytes) {
        got.append(chunk.data(), bytes);
        if (ec)
          ended = true;
        else
          read();
      });
    }
  };

  std::shared_ptr<Client> connect() {
    auto client = std::make_shared<Client>(io_);
    client->socket.connect({asio::ip::make_address("127.0.0.1"), server_->port()});
    client->read();
    return client;
  }

  void send(Client& client, std::string_view bytes) {
    boost::system::error_code ec;
    client.socket.non_blocking(true);
    while (!bytes.empty() && !(ec && ec != asio::error::would_block)) {
      bytes.remove_prefix(client.socket.write_some(asio::buffer(bytes), ec));
      if (ec) io_.run_one_for(5ms);
    }
  }

  // Sends on a new connection; what has come once `expected` is there, or once the server has closed.
  std::string exchange(std::string_view bytes, std::string_view expected = {}) {
    const auto client = connect();
    send(*client, bytes);
    until([&] { return client->ended || (!expected.empty() && client->got.contains(expected)); });
    client->socket.close();
    return client->got;
  }

  static std::string get(std::string_view target, std::string_view headers = {}) {
    return "GET " + std::string(target) + " HTTP/1.1\r\n" + std::string(host) + std::string(headers) + "\r\n";
  }

  static std::string put(std::string_view id,
                         std::string_view body = R"({"lines":[{"sku":"a","quantity":1}]})",
                         std::string_view headers = {}) {
    return "PUT /v1/reservations/" + std::string(id) + " HTTP/1.1\r\n" + std::string(host) +
           "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
           std::string(headers) + "\r\n" + std::string(body);
  }

  static std::size_t count(std::string_view text, std::string_view part) {
    std::size_t found = 0;
    for (std::size_t at = 0; (at = text.find(part, at)) != std::string_view::npos; at += part.size()) ++found;
    return found;
  }

  asio::io_context io_{1};
  FakeDesk desk_;
  Gateway gateway_{"eu", desk_.desk()};
  std::optional<HttpServer> server_;
};

}  // namespace holdfast::api
