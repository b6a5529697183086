// Acceptor: takes in connections from outside.
//
//   closed --listen--> bound --start--> accepting --no descriptors--> waits a moment --> accepting
//
// Bound early, so that an address in use is found at the start; whoever connects before start() waits in the
// system's queue. Owner: a server, or Links. Threads: the loop's.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "base/time.h"

namespace holdfast::sockets {

class Acceptor : public std::enable_shared_from_this<Acceptor> {
 public:
  struct Events {
    std::function<void(boost::asio::ip::tcp::socket)> accepted;
    std::function<void(const std::string& why)> failed;
  };

  // Of a crowd so many are let in between two turns of the loop's other work.
  Acceptor(boost::asio::io_context& io, Events events, int at_once = 64);

  [[nodiscard]] Result<void, boost::system::error_code> listen(const std::string& host, std::uint16_t port);
  [[nodiscard]] std::uint16_t port() const;  // 0: it does not listen
  // Does nothing if it does not listen.
  void start();
  void stop();

 private:
  static constexpr Millis retry_after{100};

  void accept();
  void accept_those_there();
  void accept_later();

  boost::asio::io_context& io_;
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer timer_;
  Events events_;
  int at_once_;
};

}  // namespace holdfast::sockets
