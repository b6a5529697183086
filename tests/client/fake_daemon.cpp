#include "client/fake_daemon.h"

#include <sys/socket.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <mutex>
#include <optional>
#include <sstream>
#include <thread>

namespace holdfast {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;
using Then = FakeAnswer::Then;

std::string bytes_of(const FakeAnswer& answer, bool head) {
  http::response<http::string_body> response(static_cast<http::status>(answer.status), 11);
  response.set(http::field::content_type, answer.content_type);
  for (const auto& [name, value] : answer.headers) response.set(name, value);
  response.body() = answer.body;
  response.keep_alive(answer.then != Then::close);
  response.prepare_payload();
  if (head) response.body().clear();
  std::ostringstream text;
  text << response;
  return answer.before + std::move(text).str();
}

FakeRequest request_of(const http::request<http::string_body>& message, int connection) {
  FakeRequest request{
      std::string(message.method_string()), std::string(message.target()), {}, message.body(), connection};
  for (const auto& field : message) {
    std::string name(field.name_string());
    for (auto& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    request.headers[name] = std::string(field.value());
  }
  return request;
}

}  // namespace

class FakeDaemon::Server {
 public:
  Server(Answerer answerer, const std::string& host)
      : answerer_(std::move(answerer)),
        acceptor_(context_, {asio::ip::make_address(host), 0}),
        place_(acceptor_.local_endpoint()) {
    thread_ = std::thread([this] { serve(); });
  }

  // Closing a descriptor does not wake a thread that waits on it; shutting it down does.
  ~Server() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
      if (open_) ::shutdown(open_->native_handle(), SHUT_RDWR);
      if (acceptor_.is_open()) ::shutdown(acceptor_.native_handle(), SHUT_RDWR);
    }
    thread_.join();
  }

  asio::ip::tcp::endpoint place() const { return place_; }

  std::vector<FakeRequest> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  void serve() {
    for (int connection = 1;; ++connection) {
      asio::ip::tcp::socket socket(context_);
      error_code error;
      acceptor_.accept(socket, error);
      if (error || !open(socket)) return;
      converse(socket, connection);
      const std::lock_guard lock(mutex_);
      open_ = nullptr;
    }
  }

  bool open(asio::ip::tcp::socket& socket) {
    const std::lock_guard lock(mutex_);
    open_ = &socket;
    return !stopping_;
  }

  void stop_listening() {
    const std::lock_guard lock(mutex_);
    acceptor_.close();
  }

  void converse(asio::ip::tcp::socket& socket, int connection) {
    beast::flat_buffer buffer;
    for (;;) {
      http::request_parser<http::string_body> parser;
      parser.body_limit(boost::none);
      error_code error;
      http::read(socket, buffer, parser, error);
      if (error) return;
      const auto request = request_of(parser.get(), connection);
      {
        const std::lock_guard lock(mutex_);
        requests_.push_back(request);
      }
      if (!answer(socket, request)) return;
    }
  }

  bool answer(asio::ip::tcp::socket& socket, const FakeRequest& request) {
    const auto answer = answerer_(request);
    if (answer.then == Then::die_unanswered) stop_listening();
    if (answer.then == Then::close_unanswered || answer.then == Then::die_unanswered) return false;
    error_code error;
    if (answer.then == Then::never_answer) {
      char ignored = 0;
      socket.read_some(asio::buffer(&ignored, 1), error);  // until the client goes away
      return false;
    }
    if (answer.then == Then::never_end) return answer_without_end(socket), false;
    auto bytes = bytes_of(answer, request.method == "HEAD");
    if (answer.then == Then::close_half_way) bytes.resize(bytes.size() - answer.body.size() / 2);
    if (answer.then == Then::say_more) bytes += bytes_of({.status = 408, .then = Then::close}, false);
    asio::write(socket, asio::buffer(bytes), error);
    return !error && answer.then == Then::keep;
  }

  // Until the client goes away.
  static void answer_without_end(asio::ip::tcp::socket& socket) {
    error_code error;
    asio::write(socket, asio::buffer(std::string_view("HTTP/1.1 200 OK\r\n\r\n")), error);
    const std::string piece(1 << 16, ' ');
    while (!error) asio::write(socket, asio::buffer(piece), error);
  }

  const Answerer answerer_;
  asio::io_context context_;
  asio::ip::tcp::acceptor acceptor_;
  const asio::ip::tcp::endpoint place_;
  mutable std::mutex mutex_;
  std::vector<FakeRequest> requests_;
  asio::ip::tcp::socket* open_ = nullptr;
  bool stopping_ = false;
  std::thread thread_;
};

FakeDaemon::FakeDaemon(Answerer answerer, const std::string& host)
    : server_(std::make_unique<Server>(std::move(answerer), host)) {}
FakeDaemon::~FakeDaemon() = default;

std::string FakeDaemon::endpoint() const {
  std::ostringstream text;
  text << "http://" << server_->place();
  return std::move(text).str();
}

std::vector<FakeRequest> FakeDaemon::requests() const { return server_->requests(); }

std::string unused_endpoint() {
  asio::io_context context;
  asio::ip::tcp::acceptor acceptor(context, {asio::ip::make_address("127.0.0.1"), 0});
  return "http://127.0.0.1:" + std::to_string(acceptor.local_endpoint().port());
}

}  // namespace holdfast
