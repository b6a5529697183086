// Control: the links' faults over HTTP, for people with curl and for tests.
//
//   GET  /                    every link: addresses, faults, connections, counters
//   GET  /links/NAME          one of them
//   PUT  /links/NAME          sets the members of the JSON body (settings.h), leaves the rest as it is
//   POST /links/NAME/reset    RST to every connection of it
//   POST /links/NAME/heal     no more faults
//   POST /heal                no more faults on any link
//
// Each answers 200 with the state after it, or 400, 404 or 405 with {"error": "..."}. Threads: the
// io_context's one.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <list>
#include <string>
#include <string_view>

#include "proxy/link.h"

namespace holdfast::proxy {

class Control {
 public:
  // Listens. Throws boost::system::system_error if it cannot. The links must outlive it.
  Control(boost::asio::io_context& io, const tcp::endpoint& listen, std::list<Link>& links);

  [[nodiscard]] tcp::endpoint listens_at() const { return acceptor_.local_endpoint(); }
  // What is printed once all is ready: {"control":"HOST:PORT","links":{"NAME":"HOST:PORT"}}.
  [[nodiscard]] std::string addresses() const;

  struct Answer {
    unsigned status = 200;
    std::string body;
  };
  [[nodiscard]] Answer answer(std::string_view method, std::string_view path, std::string_view body);

 private:
  void accept();
  [[nodiscard]] Answer answer_link(Link& link, std::string_view method, std::string_view action,
                                   std::string_view body);

  boost::asio::io_context& io_;
  tcp::acceptor acceptor_;
  boost::asio::steady_timer retry_;
  std::list<Link>& links_;
};

}  // namespace holdfast::proxy
