// Side: one region's Links and everything they told it. It listens; a test starts it. Both ends of a test run
// on one loop, until something is so.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <string>
#include <vector>

#include "net/links.h"

namespace holdfast::net {

using namespace std::chrono_literals;

inline bool run_until(boost::asio::io_context& io, const std::function<bool()>& holds,
                      std::chrono::milliseconds within = 10s) {
  const auto deadline = std::chrono::steady_clock::now() + within;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    io.restart();
    io.run_for(2ms);
  }
  return true;
}

struct Side {
  Side(boost::asio::io_context& io, std::string region, Millis silence_max = Millis(400))
      : name(std::move(region)), links(io, {silence_max, 7}, events()) {
    EXPECT_TRUE(links.listen("127.0.0.1", 0));
  }

  Links::Events events() {
    return {[this] {
              ++hellos;
              return hello();
            },
            [this](LinkId link, input::DialledBy dialled_by, const Hello& said) {
              up.push_back(link);
              peers.push_back(said.replica.region);
              by.push_back(dialled_by);
            },
            [this](LinkId, Message message) { got.push_back(std::move(message)); },
            [this](LinkId link) { down.push_back(link); },
            [this](const std::string& line) { log += line + '\n'; }};
  }
  [[nodiscard]] Hello hello() const {
    Hello said;
    said.cluster = "test";
    said.replica = {name, {1, 2}};
    said.boots = {{1, 3}};
    return said;
  }
  [[nodiscard]] Endpoint endpoint() const { return {"127.0.0.1", links.port()}; }
  void dials(const std::string& region, const Endpoint& address) { links.add_peer(region, address); }
  [[nodiscard]] bool logged(const std::string& text) const { return log.find(text) != std::string::npos; }

  std::string name;
  int hellos = 0;  // connections that were told who this is
  std::vector<LinkId> up;
  std::vector<std::string> peers;
  std::vector<input::DialledBy> by;
  std::vector<LinkId> down;
  std::vector<Message> got;
  std::string log;
  Links links;
};

}  // namespace holdfast::net
