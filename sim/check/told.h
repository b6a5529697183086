// Told: every request that was made of any region, and what came back. The checkers believe this, and disks,
// and nothing else.
//
// A request whose connection closed, or that was told that the outcome is unknown, or whose asker went away,
// may have happened or not. One that was refused has not. A region that says itself that it doubts its ledger
// is not believed: what it says is as good as a closed connection. Owner: the world.
#pragma once

#include <deque>
#include <functional>
#include <optional>

#include "sim/region.h"

namespace holdfast::sim {

struct Operation {
  enum class End { open, closed, cancelled, answered };
  std::size_t region = 0;
  Request request;
  SimTime asked{};
  SimTime ended{};
  End end = End::open;
  std::optional<Answer> answer;  // where it was answered

  [[nodiscard]] bool succeeded() const { return answer && answer->has_value(); }
  [[nodiscard]] bool refused() const {
    return answer && !answer->has_value() && answer->error().code != RefusalCode::outcome_unknown;
  }
  // It may have happened, or may yet.
  [[nodiscard]] bool unknown() const { return !succeeded() && !refused(); }
};

// `"PUT x" was answered "201"`; only where it was answered.
std::string said(const Operation& operation);
// What it is remembered by where it has no reservation's id; empty where it has none.
std::string key_of(const Request& request);

class Told {
 public:
  // Called with the operation once it has ended, but not where it was cancelled.
  using Then = std::function<void(const Operation&)>;

  explicit Told(Stage& stage) : stage_(stage) {}

  // Its number among all operations.
  std::size_t ask(Region& region, Request request, Then then);
  void cancel(Region& region, std::size_t number);
  // Hears of every operation as it is asked, and again as it ends.
  void on_change(std::function<void(const Operation&)> changed) { changed_ = std::move(changed); }

  [[nodiscard]] const std::deque<Operation>& all() const { return operations_; }

 private:
  Stage& stage_;
  std::deque<Operation> operations_;
  std::deque<Region::Ticket> tickets_;
  std::function<void(const Operation&)> changed_;
};

}  // namespace holdfast::sim
