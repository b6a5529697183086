// Load: shops that reserve, and purchase what they reserved, over the native port. Each reservation is of one
// unit and has an id of its own.
//
// Closed loop: so many frames are under way at any time, and the next goes out when one is answered. Open
// loop (`rate` above 0): frames go out when they are due, whatever the daemon does, and how long one took is
// counted from when it was due: waiting behind a slow one is not hidden. A purchase goes out when its
// reservation is answered.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "holdfast/async_client.h"

namespace holdfast::load {

struct Options {
  std::string endpoint;
  std::string prefix = "l";
  std::string named = "sku-";  // what the names of products begin with
  std::size_t skus = 1;
  std::size_t connections = 4;
  std::size_t batch = 256;
  std::size_t depth = 4;  // frames under way on each connection, in a closed loop
  std::size_t rate = 0;   // reservations a second, in an open loop
  std::size_t count = 0;  // in a closed loop: no more are sent once there were so many; 0: as many as go
  bool purchase = false;
  bool stock_up = true;
  int seconds = 5;
};

// Of the frames of one kind.
struct Tally {
  std::size_t done = 0;
  std::size_t refused = 0;             // as overloaded
  std::size_t unanswered = 0;          // whose answer did not come in time
  std::vector<std::uint32_t> took_us;  // a frame

  [[nodiscard]] std::uint32_t percentile_us(std::size_t per_mille);
};

class Load {
 public:
  explicit Load(const Options& options);

  // So much of every SKU that nothing runs out. False: it failed, and says why.
  [[nodiscard]] bool stock_up();
  void run();

  [[nodiscard]] Tally& reservations() { return reservations_; }
  [[nodiscard]] Tally& purchases() { return purchases_; }
  [[nodiscard]] double seconds() const { return std::chrono::duration<double>(last_ - began_).count(); }
  // What went wrong beyond being refused or not answered in time; empty: nothing.
  [[nodiscard]] const std::string& trouble() const { return trouble_; }

 private:
  using Clock = std::chrono::steady_clock;
  using Time = Clock::time_point;
  // Since the load began. What a callback keeps is small, so that it costs no allocation.
  using Moment = std::chrono::duration<std::uint32_t, std::micro>;

  [[nodiscard]] Moment since_began(Time time) const {
    return std::chrono::duration_cast<Moment>(time - began_);
  }
  void run_closed();
  void run_open();
  void wait_for_answers();
  void reserve(Time due);
  void purchase(std::vector<Operation> batch);
  void reserved(std::uint32_t frame, Moment due, const Failure* failure, std::span<const Outcome> outcomes);
  void count(Tally& tally, Moment due, const Failure* failure, std::span<const Outcome> outcomes,
             std::size_t operations);
  void count(Tally& tally, const Outcome& outcome);
  void go_on();

  Options options_;
  AsyncClient client_;
  std::vector<std::string> names_;
  std::vector<Operation> frame_;  // made once: only ids and SKUs change, and texts keep their memory
  std::size_t next_id_ = 0;
  bool is_closed_ = true;
  std::string trouble_;
  Tally reservations_;
  Tally purchases_;
  Time began_;
  Time ends_;
  Time last_;
};

}  // namespace holdfast::load
