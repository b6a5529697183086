#include "net/dialler.h"

#include <algorithm>
#include <boost/asio/connect.hpp>
#include <utility>

namespace holdfast::net {

using boost::asio::ip::tcp;
using boost::system::error_code;

namespace {

std::string within(Millis time) { return " within " + std::to_string(time.count()) + " ms"; }

}  // namespace

Links::Dialler::Dialler(boost::asio::io_context& io, Endpoint peer, std::uint64_t seed, Events events)
    : io_(io), timer_(io), peer_(std::move(peer)), backoff_(seed), events_(std::move(events)) {}

void Links::Dialler::dial() {
  if (stopped_ || attempt_ || !events_.needed()) return;
  waiting_ = false;
  attempt_ = std::make_shared<Attempt>(io_);
  error_code is_name;
  const auto address = boost::asio::ip::make_address(peer_.host, is_name);
  if (is_name) return look_up();
  connect({tcp::endpoint(address, peer_.port)});
}

void Links::Dialler::look_up() {
  const std::string cannot = "cannot resolve " + peer_.host + ": ";
  after_connect_max([this, cannot] { events_.failed(cannot + "no answer" + within(connect_max)); });
  attempt_->look_up.emplace(io_, peer_.host, peer_.port,
                            [this, cannot](const error_code& error, LookUp::Addresses found) {
                              if (error) return give_up(cannot + error.message());
                              connect(std::move(found));
                            });
}

void Links::Dialler::connect(LookUp::Addresses addresses) {
  after_connect_max([this] { give_up("no connection" + within(connect_max)); });
  const std::size_t first = attempts_failed_ % addresses.size();
  std::ranges::rotate(addresses, addresses.begin() + static_cast<std::ptrdiff_t>(first));
  boost::asio::async_connect(
      attempt_->socket, addresses,
      [self = shared_from_this(), attempt = attempt_](const error_code& error, const tcp::endpoint&) {
        if (self->attempt_ != attempt) return;
        if (error) return self->give_up(error.message());
        self->attempt_.reset();
        self->timer_.cancel();
        self->events_.connected(std::move(attempt->socket));
      });
}

void Links::Dialler::after_connect_max(std::function<void()> act) {
  timer_.expires_after(connect_max);
  timer_.async_wait(
      [self = shared_from_this(), attempt = attempt_, act = std::move(act)](const error_code& error) {
        if (!error && self->attempt_ == attempt) act();
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
  ++attempts_failed_;
  events_.failed(why);
  dial_later();
}

void Links::Dialler::drop_attempt() {
  if (!attempt_) return;
  error_code ignored;
  attempt_->look_up.reset();
  attempt_->socket.close(ignored);
  attempt_.reset();
}

}  // namespace holdfast::net
