#include "proxy/control.h"

#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <optional>

namespace holdfast::proxy {

namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace json = boost::json;
using namespace std::chrono_literals;
using boost::system::error_code;

namespace {

constexpr std::size_t body_bytes_max = 64 << 10;

json::object state_of(const Counters& counters) {
  return {{"bytes_in", counters.bytes_in},
          {"bytes_out", counters.bytes_out},
          {"bytes_lost", counters.bytes_lost},
          {"bytes_flipped", counters.bytes_flipped}};
}

json::object state_of(const Link& link) {
  const Faults& faults = link.faults();
  return {{"listen", text_of(link.listens_at())},
          {"target", text_of(link.target())},
          {"delay_ms", faults.delay.count()},
          {"jitter_ms", faults.jitter.count()},
          {"stall", text_of(faults.stall)},
          {"cut", text_of(faults.cut)},
          {"throttle_bytes_per_s", faults.throttle_bytes_per_s},
          {"flip_one_byte_in", faults.flip_one_byte_in},
          {"connections", link.connections()},
          {"accepted", link.accepted()},
          {"up", state_of(link.counters(Direction::up))},
          {"down", state_of(link.counters(Direction::down))}};
}

json::object state_of(const std::list<Link>& links) {
  json::object all;
  for (const Link& link : links) all.emplace(link.name(), state_of(link));
  return {{"links", std::move(all)}};
}

Control::Answer said(const json::object& object) { return {200, json::serialize(object) + "\n"}; }
Control::Answer refused(unsigned status, std::string_view why) {
  return {status, json::serialize(json::object{{"error", why}}) + "\n"};
}

// One client of the control address, from its first request to its last.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(tcp::socket socket, Control& control) : stream_(std::move(socket)), control_(control) {}

  void read() {
    parser_.emplace();
    parser_->body_limit(body_bytes_max);
    stream_.expires_after(30s);
    http::async_read(stream_, buffer_, *parser_,
                     [self = shared_from_this()](const error_code& ec, std::size_t) {
                       if (!ec) self->answer();
                     });
  }

 private:
  void answer() {
    const auto& request = parser_->get();
    const auto answer = control_.answer(request.method_string(), request.target(), request.body());
    response_ = {http::status(answer.status), request.version(), answer.body};
    response_.set(http::field::content_type, "application/json");
    response_.keep_alive(request.keep_alive());
    response_.prepare_payload();
    http::async_write(stream_, response_, [self = shared_from_this()](const error_code& ec, std::size_t) {
      if (!ec && self->response_.keep_alive()) self->read();
    });
  }

  beast::tcp_stream stream_;
  Control& control_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  http::response<http::string_body> response_;
};

}  // namespace

Control::Control(boost::asio::io_context& io, const tcp::endpoint& listen, std::list<Link>& links)
    : io_(io), acceptor_(io, listen, /*reuse_addr=*/true), retry_(io), links_(links) {
  accept();
}

void Control::accept() {
  acceptor_.async_accept([this](const error_code& error, tcp::socket socket) {
    if (error == boost::asio::error::operation_aborted) return;
    if (!error) {
      std::make_shared<Session>(std::move(socket), *this)->read();
      return accept();
    }
    retry_.expires_after(100ms);  // no more file descriptors, for now
    retry_.async_wait([this](const error_code& stopped) {
      if (!stopped) accept();
    });
  });
}

std::string Control::addresses() const {
  json::object links;
  for (const Link& link : links_) links.emplace(link.name(), text_of(link.listens_at()));
  return json::serialize(json::object{{"control", text_of(listens_at())}, {"links", std::move(links)}});
}

Control::Answer Control::answer(std::string_view method, std::string_view path, std::string_view body) {
  constexpr std::string_view prefix = "/links/";
  if (path == "/") {
    if (method != "GET") return refused(405, "/ takes GET");
    return said(state_of(links_));
  }
  if (path == "/heal") {
    if (method != "POST") return refused(405, "/heal takes POST");
    for (Link& link : links_) link.set_faults({});
    return said(state_of(links_));
  }
  if (path.starts_with(prefix)) {
    path.remove_prefix(prefix.size());
    const auto slash = std::min(path.find('/'), path.size());
    for (Link& link : links_)
      if (link.name() == path.substr(0, slash)) return answer_link(link, method, path.substr(slash), body);
    return refused(404, "no link '" + std::string(path.substr(0, slash)) + "'");
  }
  return refused(404,
                 "no such path: /, /heal, /links/NAME, /links/NAME/reset and /links/NAME/heal are known");
}

Control::Answer Control::answer_link(Link& link, std::string_view method, std::string_view action,
                                     std::string_view body) {
  if (action.empty() && method == "PUT") {
    const auto change = parse_change(body, link.faults());
    if (!change) return refused(400, change.error());
    try {
      if (change->target) link.set_target(resolve(io_, *change->target));
    } catch (const boost::system::system_error& error) {
      return refused(400, "target: " + error.code().message());
    }
    link.set_faults(change->faults);
    if (change->reset) link.reset();
  } else if (action == "/reset" && method == "POST") {
    link.reset();
  } else if (action == "/heal" && method == "POST") {
    link.set_faults({});
  } else if (action == "/reset" || action == "/heal") {
    return refused(405, std::string(action.substr(1)) + " takes POST");
  } else if (!action.empty()) {
    return refused(404, "a link has /reset and /heal");
  } else if (method != "GET") {
    return refused(405, "a link takes GET and PUT");
  }
  return said(state_of(link));
}

}  // namespace holdfast::proxy
