// ReadySet: of many sockets, which have something to be read, or room for what is to be sent.
//
// All of them stand in one epoll of their own, which is one descriptor to Asio. It is level-triggered: of
// what was left unread is told again, and a connection that is served costs no call but its reads and writes.
// However many are ready, only some are told of at a time, so that the loop's other work has its turn.
// Owner: the server of these connections. Threads: the loop's.
#pragma once

#include <sys/epoll.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace holdfast::sockets {

struct Readiness {
  bool to_read = false;  // or its end, or its failure, which reading will tell
  bool to_write = false;
  bool operator==(const Readiness&) const = default;
};

class Member {
 public:
  virtual void on_ready(Readiness ready) = 0;  // it may leave, and be gone

 protected:
  ~Member() = default;
};

class ReadySet : public std::enable_shared_from_this<ReadySet> {
 public:
  explicit ReadySet(boost::asio::io_context& io);

  // That it waits for this from now on; a socket that waits for nothing is not in the set. False: the system
  // has no memory for it.
  [[nodiscard]] bool change(int descriptor, Readiness before, Readiness wanted, Member& member);
  void stop();  // tells nobody of anything any more

 private:
  static constexpr std::size_t told_at_once = 128;

  void wait();
  void tell();
  void leave(const Member& member);

  boost::asio::posix::stream_descriptor epoll_;
  bool waits_ = false;
  std::array<epoll_event, told_at_once> events_{};
  std::span<epoll_event> untold_;  // of those
};

}  // namespace holdfast::sockets
