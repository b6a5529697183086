#include "sockets/socket.h"

#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace holdfast::sockets {
namespace {

using boost::asio::ip::tcp;

Code failed() { return {errno, boost::system::system_category()}; }

// Asio's own set does not hold it any more.
int release(tcp::socket socket) {
  Code ignored;
  socket.non_blocking(true, ignored);
  socket.set_option(tcp::no_delay(true), ignored);
  return socket.release(ignored);
}

}  // namespace

Socket::Socket(tcp::socket accepted, std::shared_ptr<ReadySet> set, Member& member)
    : descriptor_(release(std::move(accepted))), set_(std::move(set)), member_(member) {}

std::size_t Socket::read(boost::asio::mutable_buffer into, Code& error) {
  const ssize_t bytes = recv(descriptor_, into.data(), into.size(), 0);
  error = bytes > 0 ? Code() : bytes == 0 ? eof : failed();
  return bytes > 0 ? static_cast<std::size_t>(bytes) : 0;
}

std::size_t Socket::write(boost::asio::const_buffer bytes, Code& error) {
  const ssize_t sent = send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  error = sent >= 0 ? Code() : failed();
  return sent > 0 ? static_cast<std::size_t>(sent) : 0;
}

std::size_t Socket::available() const {
  int bytes = 0;
  return ioctl(descriptor_, FIONREAD, &bytes) == 0 && bytes > 0 ? static_cast<std::size_t>(bytes) : 0;
}

// One that cannot stand in the set is told of nothing, and closed at its deadline.
void Socket::wait(Readiness wanted) {
  if (descriptor_ < 0) return;
  if (set_->change(descriptor_, wanted_, wanted, member_)) wanted_ = wanted;
}

void Socket::shut_down_sending() { shutdown(descriptor_, SHUT_WR); }

void Socket::close() {
  if (descriptor_ < 0) return;
  wait({});
  ::close(std::exchange(descriptor_, -1));
}

}  // namespace holdfast::sockets
