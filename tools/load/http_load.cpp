#include "load/http_load.h"

#include <algorithm>
#include <array>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <charconv>
#include <string_view>
#include <utility>

namespace holdfast::load {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Error = boost::system::error_code;

constexpr std::string_view scheme = "http://";
constexpr std::chrono::seconds patience{10};  // beyond the end
// So long at least nothing is sent after what was due: a client that wakes up for each request is busier than
// the daemon, and measures itself. What is sent later for it counts from when it was due all the same.
constexpr std::chrono::microseconds pace{100};

int status_of(std::string_view answer) {
  int status = 0;
  constexpr std::size_t at = std::string_view("HTTP/1.1 ").size();
  std::from_chars(answer.data() + at, answer.data() + answer.size(), status);
  return status;
}

// How long a whole answer is; 0: it has not come yet.
std::size_t length_of_answer(std::string_view bytes) {
  constexpr std::string_view named = "Content-Length: ";
  const std::size_t head = bytes.find("\r\n\r\n");
  const std::size_t length_at = bytes.find(named);
  if (head == std::string_view::npos || length_at > head) return 0;
  std::size_t body = 0;
  std::from_chars(bytes.data() + length_at + named.size(), bytes.data() + head, body);
  const std::size_t whole = head + 4 + body;
  return bytes.size() < whole ? 0 : whole;
}

}  // namespace

class HttpLoad::Connection {
 public:
  Connection(HttpLoad& load, tcp::socket socket) : load_(load), socket_(std::move(socket)) {}

  // All of it, as a rule, without asking whether there is room.
  void send(std::size_t number, Time due) {
    due_ = due;
    load_.write_request(number, out_);
    in_.clear();
    Error error;
    const std::size_t sent = socket_.write_some(asio::buffer(out_), error);
    if (error && error != asio::error::would_block) return load_.failed(error.message());
    if (!error && sent == out_.size()) return read();
    out_.erase(0, error ? 0 : sent);
    asio::async_write(socket_, asio::buffer(out_), [this](Error failed, std::size_t) {
      if (failed) return load_.failed(failed.message());
      read();
    });
  }

 private:
  void read() {
    socket_.async_read_some(asio::buffer(chunk_), [this](Error error, std::size_t bytes) {
      if (error) return load_.failed(error.message());
      in_.append(chunk_.data(), bytes);
      if (length_of_answer(in_) == 0) return read();
      load_.answered(*this, due_, in_);
    });
  }

  HttpLoad& load_;
  tcp::socket socket_;
  Time due_;
  std::string out_;
  std::string in_;
  std::array<char, 4096> chunk_{};
};

HttpLoad::HttpLoad(const Options& options) : options_(options) {}
HttpLoad::~HttpLoad() = default;

bool HttpLoad::connect() {
  const std::string place = options_.endpoint.substr(scheme.size());
  const std::size_t colon = place.rfind(':');
  Error error;
  const auto found = tcp::resolver(io_).resolve(place.substr(0, colon), place.substr(colon + 1), error);
  for (std::size_t i = 0; !error && i < options_.connections; ++i) {
    tcp::socket socket(io_);
    asio::connect(socket, found, error);
    if (error) break;
    socket.set_option(tcp::no_delay(true));
    socket.non_blocking(true);
    connections_.push_back(std::make_unique<Connection>(*this, std::move(socket)));
    idle_.push_back(connections_.back().get());
  }
  if (error) trouble_ = options_.endpoint + ": " + error.message();
  return !error;
}

void HttpLoad::run() {
  if (!connect()) return;
  began_ = last_ = Clock::now();
  ends_ = began_ + std::chrono::seconds(options_.seconds);
  send_what_is_due();
  io_.run_until(ends_ + patience);
  if (!trouble_.empty()) return;
  reservations_.unanswered = connections_.size() - idle_.size();
  for (; options_.rate > 0 && due(next_) < ends_; ++next_) ++reservations_.unanswered;
}

HttpLoad::Time HttpLoad::due(std::size_t request) const {
  if (options_.rate == 0) return last_;
  const std::chrono::duration<double> since(static_cast<double>(request) /
                                            static_cast<double>(options_.rate));
  return began_ + std::chrono::duration_cast<Clock::duration>(since);
}

void HttpLoad::send_what_is_due() {
  for (; !idle_.empty() && trouble_.empty() && due(next_) < ends_; ++next_) {
    const Time now = Clock::now();
    if (due(next_) > now) return wait_until(std::max(due(next_), now + pace));
    Connection* connection = idle_.back();
    idle_.pop_back();
    connection->send(next_, due(next_));
  }
}

// To wait anew for each that is answered meanwhile is more work than to send one.
void HttpLoad::wait_until(Time due) {
  if (std::exchange(waits_, true)) return;
  timer_.expires_at(due);
  timer_.async_wait([this](Error error) {
    waits_ = false;
    if (!error) send_what_is_due();
  });
}

void HttpLoad::answered(Connection& connection, Time due, const std::string& answer) {
  last_ = Clock::now();
  idle_.push_back(&connection);
  const int status = status_of(answer);
  if (status == 429 && answer.find("\r\nRetry-After: ") != std::string::npos) {
    ++reservations_.refused;
  } else if (status == 201) {
    ++reservations_.done;
  } else {
    return failed("a reservation was answered with " + std::to_string(status));
  }
  const auto took = std::chrono::duration_cast<std::chrono::microseconds>(last_ - due);
  reservations_.took_us.push_back(static_cast<std::uint32_t>(took.count()));
  send_what_is_due();
}

void HttpLoad::failed(const std::string& why) {
  if (trouble_.empty()) trouble_ = why;
  io_.stop();
}

void HttpLoad::write_request(std::size_t number, std::string& to) {
  const std::string body = R"({"lines":[{"sku":")" + options_.named + std::to_string(number % options_.skus) +
                           R"(","quantity":1}],"ttl_seconds":14400})";
  to = "PUT /v1/reservations/" + options_.prefix + std::to_string(number) +
       " HTTP/1.1\r\nHost: load\r\nContent-Type: application/json\r\nContent-Length: " +
       std::to_string(body.size()) + "\r\n\r\n" + body;
}

}  // namespace holdfast::load
