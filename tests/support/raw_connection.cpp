#include "support/raw_connection.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>

namespace holdfast::e2e {

namespace {

using Deadline = std::chrono::steady_clock::time_point;

Deadline in(milliseconds time) { return std::chrono::steady_clock::now() + time; }

// "HTTP/1.1 200 OK\r\nName: value\r\n\r\n"
Reply parsed(std::string_view head) {
  Reply reply;
  const auto space = head.find(' ');
  if (space != std::string_view::npos) reply.status = std::atoi(head.substr(space + 1, 3).data());
  for (auto at = head.find("\r\n"); at != std::string_view::npos; at = head.find("\r\n", at + 2)) {
    const std::string_view line = head.substr(at + 2, head.find("\r\n", at + 2) - at - 2);
    const auto colon = line.find(": ");
    if (colon != std::string_view::npos)
      reply.headers.emplace_back(line.substr(0, colon), line.substr(colon + 2));
  }
  return reply;
}

}  // namespace

RawConnection::RawConnection(const std::string& address) {
  const auto colon = address.rfind(':');
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<std::uint16_t>(std::stoi(address.substr(colon + 1))));
  ::inet_pton(AF_INET, address.substr(0, colon).c_str(), &to.sin_addr);
  fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (::connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0) return;
  ::close(fd_);
  fd_ = -1;
}

RawConnection::~RawConnection() {
  if (fd_ >= 0) ::close(fd_);
}

// A daemon that has closed already is found out by what it said before.
void RawConnection::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

bool RawConnection::receive(Deadline deadline) {
  const auto left = std::chrono::ceil<milliseconds>(deadline - std::chrono::steady_clock::now());
  pollfd ready{fd_, POLLIN, 0};
  if (ended_ || ::poll(&ready, 1, std::max(0, static_cast<int>(left.count()))) != 1) return false;
  std::array<char, 65536> bytes{};
  const auto count = ::recv(fd_, bytes.data(), bytes.size(), 0);
  ended_ = count <= 0;
  if (count > 0) got_.append(bytes.data(), static_cast<std::size_t>(count));
  return !ended_;
}

std::string RawConnection::head(milliseconds within) {
  const Deadline deadline = in(within);
  std::size_t end = 0;
  while ((end = got_.find("\r\n\r\n")) == std::string::npos)
    if (!receive(deadline)) return {};
  std::string head = got_.substr(0, end + 4);
  got_.erase(0, end + 4);
  return head;
}

std::string RawConnection::until(std::string_view text, milliseconds within) {
  const Deadline deadline = in(within);
  std::size_t end = 0;
  while ((end = got_.find(text)) == std::string::npos || (end = got_.find("\n\n", end)) == std::string::npos)
    if (!receive(deadline)) return got_;
  std::string came = got_.substr(0, end + 2);
  got_.erase(0, came.size());
  return came;
}

Reply RawConnection::response(Body body, milliseconds within) {
  Reply reply = parsed(head(within));
  const std::string length = reply.header("Content-Length");
  if (body == Body::none || length.empty()) return reply;
  const Deadline deadline = in(within);
  while (got_.size() < std::stoul(length))
    if (!receive(deadline)) return {};
  reply.text = got_.substr(0, std::stoul(length));
  got_.erase(0, reply.text.size());
  boost::system::error_code not_json;
  reply.body = boost::json::parse(reply.text, not_json);
  return reply;
}

Reply RawConnection::next(milliseconds within) { return response(Body::follows, within); }
Reply RawConnection::next_head(milliseconds within) { return response(Body::none, within); }

bool RawConnection::closes(milliseconds within) {
  const Deadline deadline = in(within);
  while (receive(deadline)) {
  }
  return ended_ && got_.empty();
}

}  // namespace holdfast::e2e
