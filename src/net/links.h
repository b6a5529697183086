// Links: the connections between this region and its peers. Listens, dials whoever has an address and is not
// linked, and brings what arrives to the node.
//
// Which of two connections to one peer is kept is the core's decision (PeersPort::close); who a peer is comes
// from its handshake alone, never from the address that was dialled. Whoever is dialled says a challenge in
// its Hello, new for each connection, and who dialled answers it in its own: a Hello that answers another one
// was recorded, and is not brought to the node. One without a challenge is of an earlier version, and taken.
// Owner: the daemon. Threads: the loop's.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "base/random.h"
#include "base/result.h"
#include "core/step.h"
#include "net/counters.h"
#include "net/link.h"
#include "net/remarks.h"
#include "node/ports.h"
#include "sockets/acceptor.h"

namespace holdfast::net {

struct Endpoint {
  std::string host;
  std::uint16_t port = 0;
};

class Links final : public node::PeersPort {
 public:
  struct Options {
    Millis silence_max{1'500};  // a peer that is not heard, or takes nothing, for so long is gone
    std::uint64_t seed = 0;     // of the jitter, and the challenges
  };
  struct Events {
    std::function<Hello()> hello;  // what this region says of itself now; not before start()
    std::function<void(LinkId, input::DialledBy, Hello)> up;
    std::function<void(LinkId, Message)> message;
    std::function<void(LinkId)> down;  // once for each `up`
    std::function<void(const std::string& line)> log;
  };

  Links(boost::asio::io_context& io, Options options, Events events);
  ~Links() override;

  // Nobody is accepted, and so told anything, before start().
  [[nodiscard]] Result<void, boost::system::error_code> listen(const std::string& host, std::uint16_t port);
  [[nodiscard]] std::uint16_t port() const { return acceptor_->port(); }  // 0: it does not listen
  // Without an address it is only accepted from. Before start().
  void add_peer(const std::string& region, const std::optional<Endpoint>& address);
  // Also of the links that there are.
  void silence_max(Millis time);
  // Peers are accepted and dialled from now on.
  void start();
  void stop();

  void send(LinkId link, const Message& message) override;
  void close(LinkId link, const std::string& reason) override;

  [[nodiscard]] Counters counters() const;

 private:
  class Dialler;
  struct Entry {
    std::shared_ptr<Link> link;
    std::string dialled;          // the region whose address it was; empty: the peer dialled
    std::uint64_t challenge = 0;  // that this side said
    bool told = false;            // the node knows of it
  };
  static constexpr std::size_t strangers_max = 64;  // accepted, and no link yet or no more
  static constexpr int accepted_at_once = 1;        // a peer among them has a turn to say who it is

  void accepted(boost::asio::ip::tcp::socket socket);
  void adopt(boost::asio::ip::tcp::socket socket, input::DialledBy dialled_by, const std::string& dialled);
  void say_hello(Entry& entry, std::uint64_t answered);
  void on_hello(Link& link, const Hello& hello);
  void on_ended(Link& link, const std::string& why);
  void redial(const std::string& region);
  [[nodiscard]] bool linked(const std::string& region) const;
  [[nodiscard]] std::size_t strangers() const;
  void log(const Entry& entry, const std::string& what);
  void log_peer(const std::string& region, const std::string& what);
  void log_stranger(const std::string& whom, const std::string& what);

  boost::asio::io_context& io_;
  Options options_;
  Random random_;
  Events events_;
  std::shared_ptr<sockets::Acceptor> acceptor_;
  std::map<LinkId, Entry> links_;
  std::set<std::string> peers_;                               // as configured
  std::map<std::string, std::shared_ptr<Dialler>> diallers_;  // by region
  std::set<std::string> met_;                                 // regions that were linked at some time
  Remarks of_peers_{100};
  Remarks of_strangers_{20};
  Counters ended_;  // without the links that there are
  std::uint64_t next_id_ = 1;
  bool stopped_ = false;
};

}  // namespace holdfast::net
