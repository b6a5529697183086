// Links: a region's connections with its peers, as the daemon's own (net/links.h) keep them: a handshake
// first, frames with checksums, silence that ends a link, and dialling with backoff.
//
// Owner: the process of a region, with which it begins and ends.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/step.h"
#include "node/ports.h"
#include "sim/network.h"
#include "wire/frame.h"

namespace holdfast::sim {

class Links final : public node::PeersPort {
 public:
  struct Options {
    std::size_t region = 0;
    std::vector<std::size_t> dials;  // those whose addresses it knows
    Millis silence_max{1'500};
    std::function<void(LinkId, const Message&)> said;  // told of every message that is sent; may be empty
  };
  struct Events {
    std::function<Hello()> hello;
    std::function<void(LinkId, input::DialledBy, Hello)> up;
    std::function<void(LinkId, Message)> message;
    std::function<void(LinkId)> down;  // once for each `up`
  };

  Links(Stage& stage, Network& network, Options options, Random random, Events events);
  ~Links() override;
  Links(const Links&) = delete;
  Links& operator=(const Links&) = delete;

  // Listens, and dials whoever it may.
  void start();
  // Without a word: the process is gone.
  void die(Death death);

  void send(LinkId link, const Message& message) override;
  void close(LinkId link, const std::string& reason) override;

  // As if the peer had sent it, over the link with it, if there is one.
  void forge(std::size_t peer, BytesView bytes);

  [[nodiscard]] bool linked(std::size_t peer) const;  // and its handshake came

 private:
  struct Link {
    input::DialledBy dialled_by = input::DialledBy::us;
    std::size_t peer = 0;
    bool up = false;
    SimTime heard{};
    wire::FrameReader reader{};
  };

  void connected(LinkId id, input::DialledBy dialled_by, std::size_t peer);
  void received(LinkId id, BytesView bytes);
  // False: the link is at its end.
  [[nodiscard]] bool take(LinkId id, const wire::Frame& frame);
  [[nodiscard]] bool take_hello(LinkId id, BytesView payload);
  [[nodiscard]] bool take_message(LinkId id, const wire::Frame& frame);
  void reject(LinkId id);
  void ended(LinkId id);
  void watch(LinkId id);
  void dial_later(std::size_t peer);
  void say(const std::string& what);

  // An event that is dropped once this process is gone.
  template <class Action>
  void later(Micros delay, Action action) {
    stage_.queue.after(delay, [alive = std::weak_ptr(alive_), action = std::move(action)] {
      if (!alive.expired()) action();
    });
  }

  Stage& stage_;
  Network& network_;
  Options options_;
  Random random_;
  Events events_;
  std::map<LinkId, Link> links_;
  std::map<std::size_t, Millis> backoff_;  // by peer that is dialled: the next one's ceiling
  std::map<std::size_t, bool> dialling_;
  std::shared_ptr<int> alive_ = std::make_shared<int>();
};

}  // namespace holdfast::sim
