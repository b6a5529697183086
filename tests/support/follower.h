// Follower: follows a daemon's events in a thread of its own, on one connection, and keeps all it is told.
#pragma once

#include <atomic>
#include <boost/json/value.hpp>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "support/http_shop.h"
#include "support/process.h"

namespace holdfast::e2e {

struct ToldEvent {
  std::string id;
  std::string type;
  Reply data;  // only its body
  [[nodiscard]] std::string at(std::string_view path) const { return data.at(path); }
};

class Follower {
 public:
  // After a cursor; empty: from the beginning of what is kept; none: from now.
  explicit Follower(std::string http, std::optional<std::string> after = {});
  ~Follower() { stop(); }
  Follower(const Follower&) = delete;
  Follower& operator=(const Follower&) = delete;

  // True: the stream has begun, so that what happens from now on is told.
  [[nodiscard]] bool begun(milliseconds within = 10s) const;
  [[nodiscard]] bool has(std::size_t events, milliseconds within = 10s) const;
  [[nodiscard]] std::vector<ToldEvent> told() const;
  [[nodiscard]] std::size_t count() const { return count_; }
  // By type and what it is of: "reservation.pending cart-1", "stock.adjusted cup".
  [[nodiscard]] std::vector<std::string> in_short() const;
  [[nodiscard]] std::string last_id() const;
  [[nodiscard]] std::string last_data() const;
  [[nodiscard]] bool ended(milliseconds within) const;  // by the daemon
  void stop();

 private:
  void follow(const std::optional<std::string>& after);

  Client client_;
  mutable std::mutex mutex_;
  std::vector<StreamEvent> events_;
  std::atomic<std::size_t> count_ = 0;
  std::atomic<bool> begun_ = false;
  std::atomic<bool> ended_ = false;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace holdfast::e2e
