// Network: connections between regions, like TCP: bytes arrive in order, or late, or the connection breaks.
//
//   dial --a round trip--> connected on both sides --send()s, in order--> received
//                                                  --close() or detach() on one side--> ended on the other
//
// Behind a cut what was sent waits, and arrives once the path is whole again, unless the connection is gone
// by then. Nobody is told of a cut: it shows as silence. On top of that, and unlike TCP, single messages may
// be lost, repeated, overtaken or damaged (WireFaults): the core claims that it takes no harm. The first
// two messages of either side are spared: without a handshake there is nothing to harm, and what each side
// knows is stated once, in the first message after it. Owner: the world.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "core/step.h"
#include "sim/machine.h"
#include "sim/paths.h"
#include "sim/stage.h"

namespace holdfast::sim {

// Of one direction between two regions; probabilities are for each message.
struct WireFaults {
  double lost = 0;
  double repeated = 0;
  double overtaken = 0;  // by what is sent after it
  double damaged = 0;    // a bit flips
  double delayed = 0;    // as by retransmission, and all behind it too
  Micros delay_max{0};
  std::int64_t bytes_per_s = 0;            // 0: no limit
  std::int64_t backlog_bytes = 256 << 10;  // what does not fit behind the limit is dropped by the sender
};

class Network {
 public:
  // What a region's process is told. Never from within a call to the network.
  struct Events {
    std::function<void(LinkId, input::DialledBy, std::size_t peer)> connected;
    std::function<void(LinkId, BytesView)> received;
    std::function<void(LinkId)> ended;  // by the other side; not after close()
    std::function<void(std::size_t peer)> dial_failed;
  };

  Network(Stage& stage, Paths& paths, Random random);

  void attach(std::size_t region, Events events);
  // The machine of a dead process says so to its peers; a dead machine is silent.
  void detach(std::size_t region, Death death);

  void dial(std::size_t from, std::size_t to);
  void send(std::size_t from, LinkId link, Bytes bytes);
  // After what was sent. Nothing more is heard of it here.
  void close(std::size_t from, LinkId link);

  [[nodiscard]] WireFaults& faults(std::size_t from, std::size_t to) { return faults_[from][to]; }
  [[nodiscard]] Paths& paths() { return paths_; }
  [[nodiscard]] std::uint64_t bytes_sent() const { return bytes_sent_; }

 private:
  struct Frame {
    Bytes bytes;
    bool last = false;  // the end of the connection, as the other side hears of it
  };
  struct End {
    std::size_t region = 0;
    bool open = false;
    bool up = false;  // has been told that it is connected
    std::uint64_t sent = 0;
    SimTime arrived{};        // when what it sent last arrives
    std::deque<Frame> stuck;  // behind a cut
  };
  struct Connection {
    End ends[2];  // the dialler first
  };
  struct Host {
    Events events;
    std::uint64_t life = 0;  // counts attach() and detach(): what was meant for an earlier life is dropped
    bool alive = false;
  };

  void answer_dial(std::size_t from, std::size_t to, std::uint64_t life);
  void connect(std::size_t from, std::size_t to);
  void fail_dial(std::size_t from, std::size_t to, std::uint64_t life, Micros after);
  void tell_connected(LinkId link, int side);
  void transmit(LinkId link, int side, Frame frame);
  // Nothing: it is dropped. Otherwise when it is all on the wire.
  std::optional<Micros> through_bottleneck(const WireFaults& faults, std::size_t from, std::size_t to,
                                           std::size_t bytes);
  void arrive(LinkId link, int side, Frame frame, SimTime at);
  void deliver(LinkId link, int side, const Frame& frame);
  void hang_up(LinkId link, Connection& connection, int side, bool says_so);
  void healed(std::size_t from, std::size_t to);
  void forget_if_over(LinkId link);

  Stage& stage_;
  Paths& paths_;
  Random random_;
  std::vector<Host> hosts_;
  std::vector<std::vector<WireFaults>> faults_;
  std::vector<std::vector<SimTime>> busy_until_;
  std::map<LinkId, Connection> connections_;
  std::uint64_t next_link_ = 1;
  std::uint64_t bytes_sent_ = 0;
};

}  // namespace holdfast::sim
