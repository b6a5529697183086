// Dialler: dials one peer until there is a connection, with backoff.
//
//   idle --dial, dial_later--> waiting --> dialling --connected--> idle
//                                 ^----------failed------'
//
// A name is looked up first, for as long as that takes. Of several addresses each attempt begins with another
// than the last, as one may swallow what is sent to it for as long as an attempt lasts. It rests while its
// peer is linked: whoever sees the link end calls dial_later(). Owner: Links. Threads: the loop's.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "net/backoff.h"
#include "net/links.h"
#include "net/look_up.h"

namespace holdfast::net {

class Links::Dialler : public std::enable_shared_from_this<Links::Dialler> {
 public:
  struct Events {
    std::function<bool()> needed;  // the peer is not linked
    std::function<void(boost::asio::ip::tcp::socket)> connected;
    std::function<void(const std::string& why)> failed;
  };

  Dialler(boost::asio::io_context& io, Endpoint peer, std::uint64_t seed, Events events);

  void dial();
  // After a pause; does nothing while it waits or dials.
  void dial_later();
  // A link to the peer has held: the next trouble is a new one.
  void forget_failures() { backoff_.reset(); }
  void stop();

 private:
  static constexpr Millis connect_max{5'000};

  // What is left of one that was given up may still call back: each has its own sockets.
  struct Attempt {
    explicit Attempt(boost::asio::io_context& io) : socket(io) {}
    std::optional<LookUp> look_up;  // of a name
    boost::asio::ip::tcp::socket socket;
  };

  void look_up();
  void connect(LookUp::Addresses addresses);
  // Unless the attempt has ended by then.
  void after_connect_max(std::function<void()> act);
  void give_up(const std::string& why);
  void drop_attempt();

  boost::asio::io_context& io_;
  boost::asio::steady_timer timer_;
  Endpoint peer_;
  Backoff backoff_;
  Events events_;
  std::shared_ptr<Attempt> attempt_;  // the present one
  std::size_t attempts_failed_ = 0;
  bool waiting_ = false;
  bool stopped_ = false;
};

}  // namespace holdfast::net
