#include "net/dialler.h"

#include <utility>

namespace holdfast::net {

using boost::asio::ip::tcp;
using boost::system::error_code;

Links::Dialler::Dialler(boost::asio::io_context& io, Endpoint peer, std::uint64_t seed, Events events)
    : resolver_(io),
      socket_(io),
      timer_(io),
      peer_(std::move(peer)),
      backoff_(seed),
      events_(std::move(events)) {}

void Links::Dialler::dial() {
  if (stopped_ || dialling_) return;
  if (!events_.needed()) return dial_later();
  dialling_ = true;
  timer_.expires_after(connect_max);
  timer_.async_wait([self = shared_from_this()](const error_code& error) {
    if (!error && self->dialling_)
      self->give_up("no connection within " + std::to_string(connect_max.count()) + " ms");
  });
  resolver_.async_resolve(
      peer_.host, std::to_string(peer_.port),
      [self = shared_from_this()](const error_code& error, const tcp::resolver::results_type& found) {
        if (self->stopped_ || !self->dialling_) return;
        if (error) return self->give_up("cannot resolve " + self->peer_.host + ": " + error.message());
        boost::asio::async_connect(
            self->socket_, found, [self](const error_code& failed, const tcp::endpoint&) {
              if (self->stopped_ || !self->dialling_) return;
              if (failed) return self->give_up(failed.message());
              self->dialling_ = false;
              self->events_.connected(std::exchange(self->socket_, tcp::socket(self->timer_.get_executor())));
              self->dial_later();
            });
      });
}

void Links::Dialler::dial_later() {
  timer_.expires_after(backoff_.next());
  timer_.async_wait([self = shared_from_this()](const error_code& error) {
    if (!error) self->dial();
  });
}

void Links::Dialler::stop() {
  stopped_ = true;
  error_code ignored;
  resolver_.cancel();
  socket_.close(ignored);
  timer_.cancel();
}

void Links::Dialler::give_up(const std::string& why) {
  dialling_ = false;
  error_code ignored;
  resolver_.cancel();
  socket_.close(ignored);
  events_.failed(why);
  dial_later();
}

}  // namespace holdfast::net
