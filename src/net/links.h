// Links: the connections between this region and its peers. Listens, dials whoever has an address and is not
// linked, and brings what arrives to the node.
//
// Which of two connections to one peer is kept is the core's decision (PeersPort::close); who a peer is comes
// from its handshake alone. Owner: the daemon. Threads: the loop's.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "core/step.h"
#include "net/link.h"
#include "node/ports.h"

namespace holdfast::net {

struct Endpoint {
  std::string host;
  std::uint16_t port = 0;
};

enum class LogLevel : std::uint8_t { info, warning };

class Links final : public node::PeersPort {
 public:
  struct Options {
    Millis silence_max{1'500};  // a peer that is not heard, or takes nothing, for so long is gone
    std::uint64_t seed = 0;     // of the jitter
  };
  struct Events {
    std::function<Hello()> hello;  // what this region says of itself now
    std::function<void(LinkId, input::DialledBy, Hello)> up;
    std::function<void(LinkId, Message)> message;
    std::function<void(LinkId)> down;  // once for each `up`
    std::function<void(LogLevel, const std::string&)> log;
  };

  Links(boost::asio::io_context& io, Options options, Events events);
  ~Links() override;

  [[nodiscard]] Result<void, boost::system::error_code> listen(const std::string& host, std::uint16_t port);
  [[nodiscard]] std::uint16_t port() const;  // 0: it does not listen
  // Without an address it is only accepted from.
  void add_peer(const std::string& region, std::optional<Endpoint> address);
  void stop();

  void send(LinkId link, const Message& message) override;
  void close(LinkId link, const std::string& reason) override;

 private:
  class Dialler;
  static constexpr std::size_t strangers_max = 64;  // connections that have not said who they are

  void accept();
  void adopt(boost::asio::ip::tcp::socket socket, input::DialledBy dialled_by, const std::string& dialled);
  void on_hello(Link& link, const Hello& hello);
  void on_message(Link& link, Message message);
  void on_ended(Link& link, const std::string& why, const std::string& dialled);
  [[nodiscard]] bool linked(const std::string& region) const;
  [[nodiscard]] std::size_t strangers() const;
  void log_once(const std::string& whom, const std::string& what);

  boost::asio::io_context& io_;
  Options options_;
  Events events_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::map<LinkId, std::shared_ptr<Link>> links_;
  std::map<std::string, std::shared_ptr<Dialler>> diallers_;  // by region
  std::map<std::string, std::pair<std::string, std::chrono::steady_clock::time_point>> said_;
  std::uint64_t next_id_ = 1;
  bool stopped_ = false;
};

}  // namespace holdfast::net
