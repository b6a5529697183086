// HttpLoad: shops that reserve over HTTP, one unit a request, each under an id of its own.
//
// Open loop: requests go out when they are due, over connections that are kept, each with one under way. What
// is due while all of them wait goes out as soon as one is free, after the end too, and how long it took
// counts from when it was due; what never goes out is unanswered. Without a rate the next goes out when one
// is answered.
#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "load/load.h"

namespace holdfast::load {

class HttpLoad {
 public:
  explicit HttpLoad(const Options& options);
  ~HttpLoad();

  void run();

  [[nodiscard]] Tally& reservations() { return reservations_; }
  [[nodiscard]] double seconds() const { return std::chrono::duration<double>(last_ - began_).count(); }
  [[nodiscard]] const std::string& trouble() const { return trouble_; }

 private:
  using Clock = std::chrono::steady_clock;
  using Time = Clock::time_point;
  class Connection;

  [[nodiscard]] bool connect();
  [[nodiscard]] Time due(std::size_t request) const;
  [[nodiscard]] bool is_over(Time now) const;
  void send_what_is_due(Time now);
  void take_answers(Time now);
  void answered(Connection& connection, std::string_view answer);
  void failed(const std::string& why);
  void write_request(std::size_t number, std::string& to) const;

  Options options_;
  int epoll_;  // in which all connections stand
  std::vector<std::unique_ptr<Connection>> connections_;
  std::deque<Connection*> idle_;  // in turn: the daemon closes one that rests for long
  std::size_t next_ = 0;          // request
  std::string trouble_;
  Tally reservations_;
  Time began_;
  Time ends_;
  Time last_;
};

}  // namespace holdfast::load
