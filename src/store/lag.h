// Lags: how far the followers are behind what the daemons have told, and of which reservations and products
// that is. Whoever compares passes these over, and what happens while it reads as well.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "store/change.h"
#include "store/verify.h"

namespace holdfast::store {

class Lags {
 public:
  // `regions`: as for verify(); both outlive it.
  Lags(StoreDatabase& store, std::vector<Region>& regions) : store_(store), regions_(regions) {}

  // Where each follower is. Appended to `differences`: one that is nowhere, or cannot go on.
  [[nodiscard]] Result<void, std::string> begin(std::vector<Difference>& differences);
  // At first what is yet to be written, and at each further call what happened meanwhile.
  [[nodiscard]] Result<void, std::string> read_events();
  // Of those that there were at first, and are not written by now, nor a moment later by whoever follows.
  [[nodiscard]] Result<void, std::string> tell(std::vector<Difference>& differences);

  void pass_over(const Region& region, const Change& change);
  [[nodiscard]] bool has_reservation(const std::string& key) const { return reservations_.contains(key); }
  [[nodiscard]] bool has_product(const std::string& sku) const { return products_.contains(sku); }

 private:
  // A region's events that were yet to be written when this began, and those that came while it read.
  struct Lag {
    struct Event {
      std::string cursor;
      bool is_of_interest = false;  // to a store
    };
    std::string position = {};    // at first
    std::string read_up_to = {};  // a cursor
    std::vector<Event> events = {};
    std::optional<std::size_t> at_first = {};  // how many of them there were
  };
  [[nodiscard]] Result<void, std::string> begin(Region& region, std::vector<Difference>& differences);
  [[nodiscard]] Result<std::int64_t, Trouble> yet_to_be_written(const std::string& region, const Lag& lag);

  StoreDatabase& store_;
  std::vector<Region>& regions_;
  std::map<std::string, Lag> lags_;     // by region
  std::set<std::string> reservations_;  // by what rows say they are of
  std::set<std::string> products_;
};

}  // namespace holdfast::store
