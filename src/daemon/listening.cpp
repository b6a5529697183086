#include "daemon/listening.h"

#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <list>
#include <string>
#include <vector>

#include "sockets/acceptor.h"

namespace holdfast {
namespace {

std::string text_of_failure(const boost::system::error_code& error, const Address& address) {
  if (error == boost::asio::error::address_in_use)
    return "the address " + text_of(address) +
           " is in use: is another daemon running? choose another in the configuration";
  return "cannot listen on " + text_of(address) + ": " + error.message();
}

}  // namespace

StartFailure cannot_listen(const boost::system::error_code& error, const Address& address) {
  const bool in_use = error == boost::asio::error::address_in_use;
  return {in_use ? ExitCode::address_in_use : ExitCode::failed, text_of_failure(error, address)};
}

std::optional<StartFailure> try_to_listen(const Config& config) {
  std::vector<Address> addresses{config.http_listen, config.gossip_listen};
  if (config.native_listen) addresses.push_back(*config.native_listen);
  boost::asio::io_context io;
  std::list<sockets::Acceptor> taken;  // until all are
  for (const Address& address : addresses)
    if (const auto bound =
            taken.emplace_back(io, sockets::Acceptor::Events{}).listen(address.host, address.port);
        !bound)
      return cannot_listen(bound.error(), address);
  return std::nullopt;
}

}  // namespace holdfast
