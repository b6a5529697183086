// Feeder: keeps a snapshot of one daemon fresh, on threads of its own, so that keys are answered while it is
// silent.
//
// One thread asks for the status and a page of rights once a second, but each for at most a hundredth of the
// time: of many products they are work for the daemon, and looking at a busy one must not make it busier.
// What the way there takes does not count: /livez, which is no work, takes as long. The other thread follows
// the events. Both go on for ever: a daemon that is gone is asked again until it is back.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <thread>

#include "cli/top/snapshot.h"
#include "cli/top/view.h"
#include "holdfast/client.h"

namespace holdfast::cli {

// What is to be asked for.
struct Wish {
  std::size_t skus = 24;
  Order order = Order::runs_dry;
  std::string filter = {};  // not empty: as many SKUs as one page may have, and the one that is called so
  std::string sku = {};     // explained too
  bool paused = false;
  bool operator==(const Wish&) const = default;
};
[[nodiscard]] Wish wish_of(const View& view, Size size);

class Feeder {
 public:
  Feeder(std::string endpoint, Snapshot first, Wish wish);

  void wish(const Wish& wish);
  [[nodiscard]] Snapshot latest() const;

 private:
  void poll(const std::stop_token& stop);
  void follow(const std::stop_token& stop);
  void refresh_status(Client& client);
  void refresh_rights(Client& client, const Wish& wish);
  void explain(Client& client, const std::string& sku);
  [[nodiscard]] std::optional<json::value> fetch(Client& client, const std::string& target);
  void take(const StreamEvent& event);
  bool stops_within(const std::stop_token& stop, std::chrono::milliseconds time);  // returns at once if so

  const std::string endpoint_;
  mutable std::mutex mutex_;  // of what follows
  std::condition_variable_any changed_;
  Wish wish_;
  bool regions_changed_ = false;  // an event said so: the status is asked for at once
  Snapshot snapshot_;
  std::deque<std::string> events_;
  std::deque<std::string> cuts_;  // and heals: the newest, which transfers must not push away
  std::chrono::steady_clock::time_point answered_at_ = std::chrono::steady_clock::now();

  std::jthread poller_;  // the last members: they end before what they use does
  std::jthread follower_;
};

}  // namespace holdfast::cli
