// Connection: one client's socket on the native port. It moves bytes, keeps deadlines and bounds, and has no
// opinions on what is asked.
//
//   open --bytes that are no call, the client's end, a deadline--> closing --what was said is written-->
//   closed
//
// Calls of one connection are under way together, and are answered as they are settled. No more is read while
// too much is under way or unsent. Answers collect until flush(), so that all that one commit lets out goes
// in one write. Owner: Server; the set that it waits in knows it until it closes. Threads: the loop's.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "native/backlog.h"
#include "native/gateway.h"
#include "sockets/socket.h"
#include "wire/frame.h"

namespace holdfast::native {

using SteadyTime = std::chrono::steady_clock::time_point;

struct ServerLimits {
  std::size_t connections_max = 10'000;
  std::size_t operations_max = 256 * wire::native_operations_max;  // of one connection, under way
  std::size_t unsent_bytes_max = 4 << 20;                          // of one connection
  Millis call_max{30'000};                                         // from its first byte to its last
  Millis idle_max{75'000};                                         // with nothing under way or unsent
  Millis write_max{30'000};  // for a client to take anything of an answer
  Millis late_after{500};    // that what comes had to wait to be read
  Millis tick{100};          // how exact all of these are
};

// What all connections share.
struct Hall {
  Gateway& gateway;
  ServerLimits limits;
  SteadyTime now;  // as of the last tick
  bool draining = false;
  std::shared_ptr<sockets::ReadySet> ready_set;
  Bytes incoming;  // what was read last
  std::function<void(ConnectionId)> wants_flush;
  std::function<void(ConnectionId)> closed;
};

class Connection final : public sockets::Member, public std::enable_shared_from_this<Connection> {
 public:
  Connection(boost::asio::ip::tcp::socket socket, ConnectionId id, Hall& hall);

  void start();
  void on_ready(sockets::Readiness ready) override;
  void settled(std::size_t operations, BytesView frame);
  void flush();
  void tick();   // its deadline may have passed
  void drain();  // close as soon as nothing is under way
  void close();

 private:
  enum class State { open, closing, closed };

  void read_if_it_may();
  void read();
  [[nodiscard]] Arrival arrival(std::size_t bytes);  // of what was read just now
  void take_frames(Arrival arrival);
  [[nodiscard]] std::optional<std::string> take_those_there(Arrival arrival);
  void end(const std::string& why);
  void write();
  void drop_sent();
  void close_if_done();
  [[nodiscard]] bool may_read() const;
  [[nodiscard]] std::size_t unsent() const { return out_.size() - sent_; }

  sockets::Socket socket_;
  ConnectionId id_;
  Hall& hall_;
  State state_ = State::open;
  wire::FrameReader reader_;
  std::size_t under_way_ = 0;  // operations
  Bytes out_;
  std::size_t sent_ = 0;
  Backlog backlog_;
  SteadyTime heard_;  // when it was last that nothing of a call was outstanding, or a call came to its end
  SteadyTime took_;   // when the client last took some of what was sent, or had taken all
  bool waits_to_read_ = false;
  bool waits_to_write_ = false;
  bool wants_flush_ = false;
};

}  // namespace holdfast::native
