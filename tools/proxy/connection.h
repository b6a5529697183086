// Connection: one accepted socket, the one dialled for it, and a lane in each direction. Moves bytes, no
// opinions.
//
//   accepted --dial--> open --both directions ended--> gone
//            --link is cut--> silent: reads, dials nobody --healed--> reset
//
// A cut also hides that a side has closed: the other stays open until the cut is healed, which resets it.
// Owner: Link, until `gone` is called. Threads: the io_context's one.
#pragma once

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>

#include "proxy/lane.h"

namespace holdfast::proxy {

using boost::asio::ip::tcp;

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  // `gone` is called once, when both sockets are closed.
  using Gone = std::function<void(const std::shared_ptr<Connection>&)>;

  Connection(tcp::socket client, const Faults& link_faults, std::uint64_t seed, Gone gone);

  void start(const tcp::endpoint& target);
  void faults_changed();
  void reset();  // RST to both sides
  [[nodiscard]] const Counters& counters(Direction direction) const;

 private:
  struct Pump {
    Pump(tcp::socket& sender, tcp::socket& receiver, Direction direction, std::uint64_t seed);
    tcp::socket& from;
    tcp::socket& to;
    Lane lane;
    boost::asio::steady_timer timer;
    bool reading = false;
    bool writing = false;
    bool sender_ended = false;
    bool receiver_gone = false;
    std::array<std::byte, 16384> buffer{};
  };

  [[nodiscard]] Faults faults() const;
  void on_dialled(const boost::system::error_code& error);
  void move(Pump& pump);
  void read(Pump& pump);
  void write(Pump& pump);
  void on_read(Pump& pump, const boost::system::error_code& error, std::size_t bytes);
  void on_written(Pump& pump, const boost::system::error_code& error, std::size_t bytes);
  void deliver_end(Pump& pump, End end);
  void close_if_over();
  void close();

  tcp::socket client_;
  tcp::socket target_;
  const Faults& link_faults_;
  Pump up_;
  Pump down_;
  bool silent_ = false;
  bool closed_ = false;
  Gone gone_;
};

}  // namespace holdfast::proxy
