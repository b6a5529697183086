// Dialler: dials one peer again and again while it is not linked, with backoff. Owner: Links.
#pragma once

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <string>

#include "net/backoff.h"
#include "net/links.h"

namespace holdfast::net {

class Links::Dialler : public std::enable_shared_from_this<Links::Dialler> {
 public:
  struct Events {
    std::function<bool()> needed;  // the peer is not linked
    std::function<void(boost::asio::ip::tcp::socket)> connected;
    std::function<void(const std::string&)> failed;
  };

  Dialler(boost::asio::io_context& io, Endpoint peer, std::uint64_t seed, Events events);

  void dial();
  void dial_later();
  // A link to the peer held for a while: the next trouble is a new one.
  void linked() { backoff_.reset(); }
  void stop();

 private:
  static constexpr Millis connect_max{5'000};

  void give_up(const std::string& why);

  boost::asio::ip::tcp::resolver resolver_;
  boost::asio::ip::tcp::socket socket_;
  boost::asio::steady_timer timer_;
  Endpoint peer_;
  Backoff backoff_;
  Events events_;
  bool dialling_ = false;
  bool stopped_ = false;
};

}  // namespace holdfast::net
