#include "native/server.h"

#include <boost/asio/post.hpp>
#include <utility>

namespace holdfast::native {

namespace {

namespace asio = boost::asio;

constexpr std::size_t incoming_bytes = 64 << 10;

}  // namespace

Server::Server(asio::io_context& io, Gateway& gateway, ServerLimits limits)
    : io_(io),
      timer_(io),
      hall_{.gateway = gateway,
            .limits = limits,
            .now = std::chrono::steady_clock::now(),
            .ready_set = std::make_shared<sockets::ReadySet>(io),
            .incoming = Bytes(incoming_bytes),
            .wants_flush = {},
            .closed = {}},
      acceptor_(std::make_shared<sockets::Acceptor>(
          io, sockets::Acceptor::Events{[this](asio::ip::tcp::socket socket) { accepted(std::move(socket)); },
                                        [this](const std::string& why) { not_accepted_(why); }})) {
  hall_.wants_flush = [this](ConnectionId id) { wants_flush(id); };
  hall_.closed = [this](ConnectionId id) { forget(id); };
  gateway.on_settled([this](ConnectionId id, std::size_t operations, BytesView frame) {
    if (const auto at = connections_.find(id); at != connections_.end())
      at->second->settled(operations, frame);
  });
}

Server::~Server() { stop(); }

Result<void, boost::system::error_code> Server::listen(const std::string& host, std::uint16_t port) {
  if (auto bound = acceptor_->listen(host, port); !bound) return bound;
  acceptor_->start();
  schedule_tick();
  return {};
}

// One too many is closed at once: a client takes that for a region that cannot be reached just now.
void Server::accepted(asio::ip::tcp::socket socket) {
  if (connections_.size() >= hall_.limits.connections_max) return;
  const ConnectionId id = next_id_++;
  const auto connection = std::make_shared<Connection>(std::move(socket), id, hall_);
  connections_.emplace(id, connection);
  connection->start();
}

void Server::schedule_tick() {
  timer_.expires_after(hall_.limits.tick);
  timer_.async_wait([this](boost::system::error_code ec) {
    if (!ec) tick();
  });
}

// A connection may close while it is visited, and with it leave the map.
template <class Visit>
void Server::for_each(Visit visit) {
  for (auto at = connections_.begin(); at != connections_.end();) {
    const auto connection = (at++)->second;
    visit(*connection);
  }
}

void Server::tick() {
  hall_.now = std::chrono::steady_clock::now();
  hall_.gateway.tick();
  for_each([](Connection& connection) { connection.tick(); });
  schedule_tick();
}

void Server::wants_flush(ConnectionId id) {
  flush_.push_back(id);
  if (flush_.size() == 1) asio::post(io_, [this] { flush(); });
}

// What is settled meanwhile goes with the next.
void Server::flush() {
  hall_.gateway.count_answered();
  for (const ConnectionId id : std::exchange(flush_, {})) {
    const auto at = connections_.find(id);
    if (at == connections_.end()) continue;
    const auto connection = at->second;  // it may close within
    connection->flush();
  }
}

void Server::forget(ConnectionId id) {
  connections_.erase(id);
  if (hall_.draining && id < first_late_id_) --left_to_drain_;
  say_if_drained();
}

void Server::say_if_drained() {
  // Later, since what follows may close connections that are being visited now.
  if (hall_.draining && left_to_drain_ == 0 && drained_) asio::post(io_, std::exchange(drained_, nullptr));
}

void Server::drain(std::function<void()> drained) {
  hall_.draining = true;
  first_late_id_ = next_id_;
  left_to_drain_ = connections_.size();
  drained_ = std::move(drained);
  for_each([](Connection& connection) { connection.drain(); });
  say_if_drained();
}

void Server::stop() {
  hall_.draining = true;
  drained_ = nullptr;
  acceptor_->stop();
  timer_.cancel();
  for_each([](Connection& connection) { connection.close(); });
  hall_.ready_set->stop();
}

}  // namespace holdfast::native
