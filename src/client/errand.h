// Errand: one batch of a retrying client, from its operations to an outcome of each. Pure: time is an input.
//
//   open --an answer, or a refusal that asking again does not change--> settled
//     '---no answer, or one that speaks of the daemon only--> open, in the next round, after a pause
//
// A round asks each region for which something is open once, but for those whose Retry-After is not over; an
// attempt is what goes to one. Who carries it out (retrying_client.cpp, retrying_async_client.cpp) sleeps
// until due(), sends next(), and says what came of it.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "client/known_regions.h"
#include "holdfast/client.h"

namespace holdfast {

struct Attempt {
  std::size_t region = 0;
  std::vector<Operation> operations;  // those of `parts`; behind them, some releases of what was left behind
  std::vector<std::size_t> parts;
  Time began;
};

class Errand {
 public:
  Errand(KnownRegions& regions, std::span<const Operation> operations, Time now);

  [[nodiscard]] bool is_settled() const { return open_ == 0; }
  // When next() is to be sent; only while it is not settled.
  [[nodiscard]] Time due() const { return due_; }
  [[nodiscard]] Attempt next(Time now);
  void answered(const Attempt& attempt, std::span<const Outcome> outcomes, Time now);
  void failed(const Attempt& attempt, const Failure& failure, Time now);

  [[nodiscard]] const std::vector<Outcome>& outcomes() const { return outcomes_; }

 private:
  struct Part {
    Operation operation;  // as the caller asked
    Place place;
    unsigned round = 0;  // in which it was last sent; 0: never
    unsigned moved = 0;  // by this errand
    bool open = true;
    bool may_have_happened = false;
    bool was_in_doubt = false;  // of a purchase: it may have been made before this errand
  };

  void find_place(Part& part, Time now) const;
  void collect(Attempt& attempt, Time latest);
  void leave_behind_again(const Attempt& attempt, std::size_t operation) const;
  void shorten_wait(Operation& operation, Time now) const;
  void move_on(Part& part, const std::string& id, Time now) const;
  void purchase_is_sent(Part& part) const;
  void heard_of_purchase(Part& part, Code code) const;
  void settle(std::size_t part);
  void rest(Time now);
  void give_up(std::size_t part);
  [[nodiscard]] bool has_its_turn(const Part& part, Time latest) const;
  [[nodiscard]] Time not_before(const Part& part) const { return not_before_[part.place.endpoint]; }

  KnownRegions& regions_;
  Time deadline_;
  Time due_;
  unsigned round_ = 1;
  std::vector<Time> not_before_;  // by region: what this errand was told there, by Retry-After
  std::vector<Part> parts_;
  std::vector<Outcome> outcomes_;
  std::size_t open_ = 0;
};

}  // namespace holdfast
