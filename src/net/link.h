// Link: one TCP connection with a peer. Moves bytes and has no opinions.
//
//   connected --both Hellos--> up --close, error, silence, bad bytes--> down
//
// Both sides say Hello first of all; nothing else is delivered before. A peer that is silent, or takes
// nothing, for longer than the configured time is gone; so is one whose bytes do not make frames: damage is
// rejected, never applied. Owner: Links. Threads: the loop's.
#pragma once

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/step.h"
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

  void start(const Hello& own);
  void send(const Message& message);
  // The reason is told to the peer, if it still listens.
  void close(const std::string& reason);
  // Without a word, and without the event.
  void abandon();

  [[nodiscard]] LinkId id() const { return id_; }
  [[nodiscard]] input::DialledBy dialled_by() const { return dialled_by_; }
  [[nodiscard]] const std::optional<ReplicaId>& peer() const { return peer_; }
  [[nodiscard]] std::string remote() const { return remote_; }

 private:
  void read();
  void take_frames();
  // False: the link is at its end.
  [[nodiscard]] bool take_frame(const wire::Frame& frame);
  void write();
  void watch();
  void end(const std::string& why);

  boost::asio::ip::tcp::socket socket_;
  boost::asio::steady_timer timer_;
  LinkId id_;
  input::DialledBy dialled_by_;
  Millis silence_max_;
  Events events_;
  std::string remote_;
  std::optional<ReplicaId> peer_;
  wire::FrameReader reader_;
  std::array<std::byte, 64 << 10> incoming_{};
  SendQueue queue_;
  Bytes writing_;
  std::chrono::steady_clock::time_point heard_;
  std::chrono::steady_clock::time_point wrote_;
  bool ended_ = false;
  bool closing_ = false;
};

}  // namespace holdfast::net
