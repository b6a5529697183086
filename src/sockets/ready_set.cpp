#include "sockets/ready_set.h"

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace holdfast::sockets {
namespace {

// As Asio does when it has no descriptor for its own.
int new_epoll() {
  const int made = epoll_create1(EPOLL_CLOEXEC);
  if (made < 0) throw std::system_error(errno, std::system_category(), "epoll_create1");
  return made;
}

std::uint32_t flags(Readiness wanted) {
  return (wanted.to_read ? EPOLLIN : 0u) | (wanted.to_write ? EPOLLOUT : 0u);
}

Readiness readiness(std::uint32_t flags) {
  constexpr std::uint32_t over = EPOLLERR | EPOLLHUP;
  return {.to_read = (flags & (EPOLLIN | over)) != 0, .to_write = (flags & (EPOLLOUT | over)) != 0};
}

}  // namespace

ReadySet::ReadySet(boost::asio::io_context& io) : epoll_(io, new_epoll()) {}

bool ReadySet::change(int descriptor, Readiness before, Readiness wanted, Member& member) {
  if (before == wanted || !epoll_.is_open()) return true;
  const bool stood = before != Readiness{};
  const bool stands = wanted != Readiness{};
  epoll_event event{.events = flags(wanted), .data = {.ptr = &member}};
  const int what = !stands ? EPOLL_CTL_DEL : stood ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
  const bool done = epoll_ctl(epoll_.native_handle(), what, descriptor, &event) == 0;
  if (!stands) leave(member);
  if (!waits_) wait();
  return done;
}

void ReadySet::leave(const Member& member) {
  for (epoll_event& event : untold_)
    if (event.data.ptr == &member) event.data.ptr = nullptr;
}

void ReadySet::wait() {
  waits_ = true;
  epoll_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                    [self = shared_from_this()](const boost::system::error_code& error) {
                      if (!error && self->epoll_.is_open()) self->tell();
                    });
}

void ReadySet::tell() {
  const int count = epoll_wait(epoll_.native_handle(), events_.data(), static_cast<int>(events_.size()), 0);
  untold_ = std::span(events_).first(static_cast<std::size_t>(std::max(count, 0)));
  while (!untold_.empty()) {
    const epoll_event event = untold_.front();
    untold_ = untold_.subspan(1);
    if (event.data.ptr != nullptr) static_cast<Member*>(event.data.ptr)->on_ready(readiness(event.events));
  }
  if (epoll_.is_open()) wait();
}

void ReadySet::stop() {
  untold_ = {};
  boost::system::error_code ignored;
  epoll_.close(ignored);
}

}  // namespace holdfast::sockets
