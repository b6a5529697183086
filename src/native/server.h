// Server: accepts connections on the native port, and brings them and the gateway together.
//
// Answers that are settled in one turn of the loop (one commit lets go of many) go out together, once it is
// over. Owner: the daemon. Threads: the one that runs the io_context; so it is for the gateway and all
// connections.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "native/connection.h"
#include "sockets/acceptor.h"

namespace holdfast::native {

class Server {
 public:
  Server(boost::asio::io_context& io, Gateway& gateway, ServerLimits limits = {});
  ~Server();

  // An address or a name; port 0 takes a free one.
  [[nodiscard]] Result<void, boost::system::error_code> listen(const std::string& host, std::uint16_t port);
  [[nodiscard]] std::uint16_t port() const { return acceptor_->port(); }  // 0: it does not listen

  // Why the next client could not be accepted: again and again while there are no descriptors left, say.
  void on_not_accepted(std::function<void(const std::string& why)> told) { not_accepted_ = std::move(told); }

  // Lets what is under way finish, and says when all connections of before are closed. Who comes until stop()
  // is answered by the core, which drains too, and closed.
  void drain(std::function<void()> drained);
  void stop();  // closes everything now

  [[nodiscard]] std::size_t connections() const { return connections_.size(); }

 private:
  void accepted(boost::asio::ip::tcp::socket socket);
  void schedule_tick();
  void tick();
  void wants_flush(ConnectionId id);
  void flush();
  void forget(ConnectionId id);
  void say_if_drained();
  template <class Visit>
  void for_each(Visit visit);

  boost::asio::io_context& io_;
  boost::asio::steady_timer timer_;
  Hall hall_;
  std::shared_ptr<sockets::Acceptor> acceptor_;
  std::unordered_map<ConnectionId, std::shared_ptr<Connection>> connections_;
  std::vector<ConnectionId> flush_;  // those that have answers to send
  ConnectionId next_id_ = 1;
  ConnectionId first_late_id_ = 1;  // of those that came while it drained
  std::size_t left_to_drain_ = 0;
  std::function<void(const std::string&)> not_accepted_ = [](const std::string&) {};
  std::function<void()> drained_;
};

}  // namespace holdfast::native
