#include "api/http_server.h"

#include <boost/asio/post.hpp>
#include <vector>

#include "api/problem.h"
#include "api/response_text.h"

namespace holdfast::api {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Code = boost::system::error_code;

}  // namespace

HttpServer::HttpServer(asio::io_context& io, Gateway& gateway, ServerLimits limits)
    : io_(io),
      timer_(io),
      hall_{.gateway = gateway,
            .limits = limits,
            .now = std::chrono::steady_clock::now(),
            .ready_set = std::make_shared<sockets::ReadySet>(io),
            .closed = {}},
      acceptor_(std::make_shared<sockets::Acceptor>(
          io, sockets::Acceptor::Events{[this](tcp::socket socket) { accepted(std::move(socket)); },
                                        [this](const std::string& why) { not_accepted_(why); }})) {
  hall_.closed = [this](CallId id) { forget(id); };
  gateway.on_response([this](CallId call, HttpResponse response) { respond(call, std::move(response)); });
  gateway.feeds().on_stream({
      [this](CallId call, std::string_view text) { on(call, [&](Connection& one) { one.stream(text); }); },
      [this](CallId call) { on(call, [](Connection& one) { one.end_stream(); }); },
  });
}

HttpServer::~HttpServer() { stop(); }

Result<void, Code> HttpServer::listen(const std::string& host, std::uint16_t port) {
  if (auto bound = acceptor_->listen(host, port); !bound) return bound;
  acceptor_->start();
  schedule_tick();
  return {};
}

void HttpServer::accepted(tcp::socket socket) {
  if (connections_.size() >= hall_.limits.connections_max) return turn_away(std::move(socket));
  const CallId id = next_id_++;
  const auto connection = std::make_shared<Connection>(std::move(socket), id, hall_);
  connections_.emplace(id, connection);
  connection->start();
}

void HttpServer::turn_away(tcp::socket socket) {
  std::string text;
  append_response(
      text, problem_response(Refusal{.code = RefusalCode::overloaded, .detail = "too many connections"}, {}),
      {.close = true, .request_id = {}});
  Code ignored;
  socket.non_blocking(true, ignored);
  socket.write_some(asio::buffer(text), ignored);
  socket.shutdown(tcp::socket::shutdown_send, ignored);
}

void HttpServer::schedule_tick() {
  timer_.expires_after(hall_.limits.tick);
  timer_.async_wait([this](Code ec) {
    if (!ec) tick();
  });
}

// A connection may close while it is visited, and another by what that lets go on: they leave the map.
template <class Visit>
void HttpServer::for_each(Visit visit) {
  std::vector<std::shared_ptr<Connection>> all;
  for (const auto& [id, connection] : connections_) all.push_back(connection);
  for (const auto& connection : all) visit(*connection);
}

void HttpServer::tick() {
  hall_.now = std::chrono::steady_clock::now();
  hall_.gateway.tick();
  for_each([](Connection& connection) { connection.tick(); });
  schedule_tick();
}

template <class Act>
void HttpServer::on(CallId call, Act act) {
  const auto at = connections_.find(call);
  if (at == connections_.end()) return;
  const auto connection = at->second;  // it may close within
  act(*connection);
}

void HttpServer::respond(CallId call, HttpResponse response) {
  on(call, [&](Connection& connection) { connection.respond(std::move(response)); });
}

void HttpServer::forget(CallId call) {
  connections_.erase(call);
  if (hall_.draining && call < first_late_id_) --left_to_drain_;
  say_if_drained();
}

void HttpServer::say_if_drained() {
  // Later, since what follows may close connections that are being visited now.
  if (hall_.draining && left_to_drain_ == 0 && drained_) asio::post(io_, std::exchange(drained_, nullptr));
}

void HttpServer::drain(std::function<void()> drained) {
  hall_.draining = true;
  first_late_id_ = next_id_;
  left_to_drain_ = connections_.size();
  drained_ = std::move(drained);
  for_each([](Connection& connection) { connection.drain(); });
  hall_.gateway.drain();
  say_if_drained();
}

void HttpServer::stop() {
  hall_.draining = true;
  drained_ = nullptr;
  acceptor_->stop();
  timer_.cancel();
  for_each([](Connection& connection) { connection.close(); });
  hall_.ready_set->stop();
}

}  // namespace holdfast::api
