#include "load/http_load.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <utility>

namespace holdfast::load {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

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

// A socket, and the request that is under way on it. Asio would ask it twice for each answer, and measure
// itself.
class HttpLoad::Connection {
 public:
  explicit Connection(tcp::socket socket) : descriptor_(socket.release()) {}
  ~Connection() { ::close(descriptor_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  [[nodiscard]] int descriptor() const { return descriptor_; }
  [[nodiscard]] Time due() const { return due_; }
  std::string request;

  // There is room for all of it: nothing else is under way. False: there is not, or the daemon has closed.
  [[nodiscard]] bool send(Time due) {
    due_ = due;
    got_ = 0;
    return ::send(descriptor_, request.data(), request.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(request.size());
  }

  // False: the daemon has closed, or says more than an answer to a reservation can be.
  [[nodiscard]] bool read() {
    const ssize_t bytes = recv(descriptor_, answer_.data() + got_, answer_.size() - got_, 0);
    got_ += static_cast<std::size_t>(std::max<ssize_t>(bytes, 0));
    return bytes > 0;
  }
  [[nodiscard]] std::string_view answer() const { return {answer_.data(), got_}; }

 private:
  int descriptor_;
  Time due_;
  std::array<char, 16384> answer_{};
  std::size_t got_ = 0;  // of the answer
};

HttpLoad::HttpLoad(const Options& options) : options_(options), epoll_(epoll_create1(EPOLL_CLOEXEC)) {}
HttpLoad::~HttpLoad() { ::close(epoll_); }

bool HttpLoad::connect() {
  const std::string place = options_.endpoint.substr(scheme.size());
  const std::size_t colon = place.rfind(':');
  asio::io_context io;
  boost::system::error_code error;
  const auto found = tcp::resolver(io).resolve(place.substr(0, colon), place.substr(colon + 1), error);
  for (std::size_t i = 0; !error && i < options_.connections; ++i) {
    tcp::socket socket(io);
    asio::connect(socket, found, error);
    if (error) break;
    socket.set_option(tcp::no_delay(true));
    socket.non_blocking(true);
    Connection* made = connections_.emplace_back(std::make_unique<Connection>(std::move(socket))).get();
    epoll_event event{.events = EPOLLIN, .data = {.ptr = made}};
    if (epoll_ctl(epoll_, EPOLL_CTL_ADD, made->descriptor(), &event) != 0)
      error = {errno, boost::system::system_category()};
    idle_.push_back(made);
  }
  if (error) trouble_ = options_.endpoint + ": " + error.message();
  return !error;
}

void HttpLoad::run() {
  if (!connect()) return;
  began_ = last_ = Clock::now();
  ends_ = began_ + std::chrono::seconds(options_.seconds);
  while (trouble_.empty() && !is_over(Clock::now())) {
    send_what_is_due(Clock::now());
    take_answers(Clock::now());
  }
  if (!trouble_.empty()) return;
  reservations_.unanswered = connections_.size() - idle_.size();
  for (; options_.rate > 0 && due(next_) < ends_; ++next_) ++reservations_.unanswered;
}

bool HttpLoad::is_over(Time now) const {
  return now > ends_ + patience || (idle_.size() == connections_.size() && due(next_) >= ends_);
}

HttpLoad::Time HttpLoad::due(std::size_t request) const {
  if (options_.rate == 0) return last_;
  const std::chrono::duration<double> since(static_cast<double>(request) /
                                            static_cast<double>(options_.rate));
  return began_ + std::chrono::duration_cast<Clock::duration>(since);
}

void HttpLoad::send_what_is_due(Time now) {
  for (; !idle_.empty() && due(next_) <= now && due(next_) < ends_; ++next_) {
    Connection* connection = idle_.front();
    idle_.pop_front();
    write_request(next_, connection->request);
    if (!connection->send(due(next_)))
      return failed("a request could not be sent: the daemon closed a connection");
  }
}

// All that have come; waits for the first of them until the next request is due, or all should be over.
void HttpLoad::take_answers(Time now) {
  const bool may_send = !idle_.empty() && due(next_) < ends_;
  const Time until = may_send ? std::max(due(next_), now + pace) : ends_ + patience;
  const auto wait =
      std::chrono::duration_cast<std::chrono::nanoseconds>(std::max(until - now, Clock::duration{}));
  const timespec timeout{.tv_sec = wait / std::chrono::seconds(1),
                         .tv_nsec = (wait % std::chrono::seconds(1)).count()};
  std::array<epoll_event, 256> events;
  const int count = epoll_pwait2(epoll_, events.data(), static_cast<int>(events.size()), &timeout, nullptr);
  if (count < 0 && errno != EINTR) return failed(std::string("epoll_pwait2: ") + std::strerror(errno));
  for (int i = 0; i < count; ++i) {
    Connection& connection = *static_cast<Connection*>(events[static_cast<std::size_t>(i)].data.ptr);
    if (!connection.read()) return failed("the daemon closed a connection");
    const std::string_view answer = connection.answer();
    if (length_of_answer(answer) > 0) answered(connection, answer);
  }
}

void HttpLoad::answered(Connection& connection, std::string_view answer) {
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
  const auto took = std::chrono::duration_cast<std::chrono::microseconds>(last_ - connection.due());
  reservations_.took_us.push_back(static_cast<std::uint32_t>(took.count()));
}

void HttpLoad::failed(const std::string& why) {
  if (trouble_.empty()) trouble_ = why;
}

void HttpLoad::write_request(std::size_t number, std::string& to) const {
  const std::string body = R"({"lines":[{"sku":")" + options_.named + std::to_string(number % options_.skus) +
                           R"(","quantity":1}],"ttl_seconds":14400})";
  to.assign("PUT /v1/reservations/").append(options_.prefix).append(std::to_string(number));
  to.append(" HTTP/1.1\r\nHost: load\r\nContent-Type: application/json\r\nContent-Length: ");
  to.append(std::to_string(body.size())).append("\r\n\r\n").append(body);
}

}  // namespace holdfast::load
