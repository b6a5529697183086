#include "net/dialler.h"

#include <boost/asio/connect.hpp>
#include <utility>

namespace holdfast::net {

using boost::asio::ip::tcp;
using boost::system::error_code;

Links::Dialler::Dialler(boost::asio::io_context& io, Endpoint peer, std::uint64_t seed, Events events)
    : io_(io), timer_(io), peer_(std::move(peer)), backoff_(seed), events_(std::move(events)) {}

void Links::Dialler::dial() {
  if (stopped_ || attempt_ || !events_.needed()) return;
  waiting_ = false;
  const auto attempt = std::make_shared<Attempt>(io_);
  attempt_ = attempt;
  timer_.expires_after(connect_max);
  timer_.async_wait([self = shared_from_this(), attempt](const error_code& error) {
    if (!error && self->attempt_ == attempt)
      self->give_up("no connection within " + std::to_string(connect_max.count()) + " ms");
  });
  attempt->resolver.async_resolve(
      peer_.host, std::to_string(peer_.port),
      [self = shared_from_this(), attempt](const error_code& error,
                                           const tcp::resolver::results_type& found) {
        if (self->attempt_ != attempt) return;
        if (error) return self->give_up("cannot resolve " + self->peer_.host + ": " + error.message());
        self->connect(attempt, found);
      });
}

void Links::Dialler::connect(const std::shared_ptr<Attempt>& attempt,
                             const tcp::resolver::results_type& found) {
  boost::asio::async_connect(
      attempt->socket, found,
      [self = shared_from_this(), attempt](const error_code& error, const tcp::endpoint&) {
        if (self->attempt_ != attempt) return;
        if (error) return self->give_up(error.message());
        self->attempt_.reset();
        self->timer_.cancel();
        self->events_.connected(std::move(attempt->socket));
      });
}

void Links::Dialler::dial_later() {
  if (stopped_ || attempt_ || std::exchange(waiting_, true)) return;
  timer_.expires_after(backoff_.next());
  timer_.async_wait([self = shared_from_this()](const error_code& error) {
    if (error || !std::exchange(self->waiting_, false)) return;
    self->dial();
  });
}

void Links::Dialler::stop() {
  stopped_ = true;
  drop_attempt();
  timer_.cancel();
}

void Links::Dialler::give_up(const std::string& why) {
  drop_attempt();
  events_.failed(why);
  dial_later();
}

void Links::Dialler::drop_attempt() {
  if (!attempt_) return;
  error_code ignored;
  attempt_->resolver.cancel();
  attempt_->socket.close(ignored);
  attempt_.reset();
}

}  // namespace holdfast::net
