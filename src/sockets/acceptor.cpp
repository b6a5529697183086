#include "sockets/acceptor.h"

#include <utility>

namespace holdfast::sockets {

using boost::asio::ip::tcp;
using boost::system::error_code;

Acceptor::Acceptor(boost::asio::io_context& io, Events events, int at_once)
    : io_(io), acceptor_(io), timer_(io), events_(std::move(events)), at_once_(at_once) {}

Result<void, error_code> Acceptor::listen(const std::string& host, std::uint16_t port) {
  error_code error;
  tcp::resolver resolver(io_);
  const auto found = resolver.resolve(host, std::to_string(port), tcp::resolver::passive, error);
  if (error || found.empty()) return failure(error ? error : boost::asio::error::host_not_found);
  const tcp::endpoint endpoint = found.begin()->endpoint();
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(boost::asio::socket_base::max_listen_connections, error);
  if (!error) acceptor_.non_blocking(true, error);
  // Otherwise Asio waits for the next within accept(), whatever was said of blocking.
  if (!error) acceptor_.set_option(tcp::acceptor::enable_connection_aborted(true), error);
  if (error) return failure(error);
  return {};
}

std::uint16_t Acceptor::port() const {
  error_code error;
  const auto endpoint = acceptor_.local_endpoint(error);
  return error ? 0 : endpoint.port();
}

void Acceptor::start() {
  if (acceptor_.is_open()) accept();
}

void Acceptor::stop() {
  error_code ignored;
  acceptor_.close(ignored);
  timer_.cancel();
}

void Acceptor::accept() {
  acceptor_.async_wait(tcp::acceptor::wait_read, [self = shared_from_this()](const error_code& error) {
    if (!error && self->acceptor_.is_open()) self->accept_those_there();
  });
}

// Who comes in a crowd is not let in one by one, with all the loop's other work between two.
void Acceptor::accept_those_there() {
  for (int count = 0; count < at_once_; ++count) {
    error_code error;
    tcp::socket socket = acceptor_.accept(error);
    if (error == boost::asio::error::would_block) break;
    if (error == boost::asio::error::connection_aborted) continue;
    if (error) {
      events_.failed(error.message());
      return accept_later();
    }
    events_.accepted(std::move(socket));
    if (!acceptor_.is_open()) return;
  }
  accept();
}

// What failed would fail again at once: there are no descriptors left, say.
void Acceptor::accept_later() {
  timer_.expires_after(retry_after);
  timer_.async_wait([self = shared_from_this()](const error_code& error) {
    if (!error && self->acceptor_.is_open()) self->accept();
  });
}

}  // namespace holdfast::sockets
