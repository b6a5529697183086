// Socket: a TCP connection that stands in a ReadySet. Nothing here waits: what cannot be done at once is not
// done, and is tried again when the set says that it can.
//
// Errors are those of the system; `would_block`: not now; `eof`: the other end sends no more.
// Owner: a connection, which is told when it is ready. Threads: the loop's.
#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>
#include <cstddef>
#include <memory>

#include "sockets/ready_set.h"

namespace holdfast::sockets {

using Code = boost::system::error_code;
inline const Code would_block = boost::asio::error::would_block;
inline const Code eof = boost::asio::error::eof;

class Socket {
 public:
  Socket(boost::asio::ip::tcp::socket accepted, std::shared_ptr<ReadySet> set, Member& member);
  ~Socket() { close(); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  [[nodiscard]] std::size_t read(boost::asio::mutable_buffer into, Code& error);
  [[nodiscard]] std::size_t write(boost::asio::const_buffer bytes, Code& error);
  [[nodiscard]] std::size_t available() const;  // to be read

  // Whether the member is told, again and again until it waits for that no more.
  void wait_to_read(bool wanted) { wait({wanted, wanted_.to_write}); }
  void wait_to_write(bool wanted) { wait({wanted_.to_read, wanted}); }

  void shut_down_sending();
  void close();

 private:
  void wait(Readiness wanted);

  int descriptor_;  // -1: closed
  std::shared_ptr<ReadySet> set_;
  Member& member_;
  Readiness wanted_;
};

}  // namespace holdfast::sockets
