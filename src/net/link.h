// Link: one TCP connection with a peer. Moves bytes and has no opinions.
//
//   handshake --both Hellos--> up --close--> closing --the peer has closed too--> ended
//        '--close---------------------------^   error, silence, bad bytes, nothing taken --> ended
//
// Both sides say Hello first of all, who dialled after who was dialled; nothing else is delivered before. A
// peer that is silent for longer than the configured time is gone, also where it says a byte now and then,
// and so is one whose machine acknowledges none of what was sent for long; a slow one is not. So is one whose
// bytes do not make frames: damage is rejected, never applied. Closing says goodbye and then waits a moment
// for the peer's end, because a socket that is closed with bytes unread takes what was said last with it.
// Owner: Links. Threads: the loop's.
#pragma once

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/step.h"
#include "net/counters.h"
#include "net/send_queue.h"
#include "wire/frame.h"

namespace holdfast::net {

class Link : public std::enable_shared_from_this<Link> {
 public:
  struct Events {
    std::function<void(Link&, const Hello&)> hello;
    std::function<void(Link&, Message)> message;
    std::function<void(Link&, const std::string& why)> ended;  // once, and last
  };

  Link(boost::asio::ip::tcp::socket socket, LinkId id, input::DialledBy dialled_by, Millis silence_max,
       Events events);

  void start();
  // Once, and before anything is sent.
  void say_hello(const Hello& own);
  void send(const Message& message);
  void silence_max(Millis time) { silence_max_ = time; }
  // The reason is told to the peer, if it still listens; what waits to be sent is not.
  void close(const std::string& reason);
  // Without a word to the peer.
  void end(const std::string& why);
  // Without the event either.
  void abandon();

  [[nodiscard]] LinkId id() const { return id_; }
  [[nodiscard]] input::DialledBy dialled_by() const { return dialled_by_; }
  [[nodiscard]] bool up() const { return phase_ == Phase::up; }
  [[nodiscard]] bool closing() const { return phase_ == Phase::closing; }
  [[nodiscard]] const std::optional<ReplicaId>& peer() const { return peer_; }  // as its Hello says
  [[nodiscard]] const std::string& remote_address() const { return remote_address_; }
  [[nodiscard]] Millis age() const;
  [[nodiscard]] Traffic traffic() const;

 private:
  using Time = std::chrono::steady_clock::time_point;
  enum class Phase : std::uint8_t { handshake, up, closing, ended };

  void read();
  void hear();
  void take_frames();
  void take_frame(const wire::Frame& frame);
  void take_hello(const wire::Frame& frame);
  void write();
  void write_some();
  void watch();
  void see_progress(Time now);

  boost::asio::ip::tcp::socket socket_;
  boost::asio::steady_timer timer_;
  LinkId id_;
  input::DialledBy dialled_by_;
  Millis silence_max_;
  Events events_;
  Phase phase_ = Phase::handshake;
  std::string remote_address_;
  std::optional<ReplicaId> peer_;
  wire::FrameReader reader_;
  std::array<std::byte, 64 << 10> incoming_{};
  SendQueue queue_;
  Bytes writing_;
  std::size_t written_ = 0;        // of writing_
  std::int64_t acknowledged_ = 0;  // bytes, by the peer's machine, as last seen
  Traffic traffic_;                // but for what the queue counts
  Time began_;
  Time heard_;
  std::uint64_t heard_bytes_ = 0;  // of traffic_.bytes_in, as of then
  Time taken_;                     // when the peer's machine last acknowledged something, or had nothing to
};

}  // namespace holdfast::net
