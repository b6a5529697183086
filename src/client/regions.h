// Regions: what a shop knows of the regions that it can ask. Pure: time and randomness are inputs.
//
//   well --no sound word for fail_over_after--> down --home_again_after--> tried --a sound word--> well
//     '--it says that it is unwell------------> ^ ^-------------------------- no ---'
//
// Owner: a retrying client; all that it has under way shares it. Threads: its one.
#pragma once

#include <chrono>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/random.h"
#include "holdfast/retrying_client.h"

namespace holdfast {

using Time = std::chrono::steady_clock::time_point;

class Regions {
 public:
  Regions(std::size_t count, RetryOptions options);

  [[nodiscard]] const RetryOptions& options() const { return options_; }

  // What came of an attempt that began then.
  void heard(std::size_t region);
  void not_heard(std::size_t region, Time began, Time now);
  // It says so itself: it is down at once, and at least for as long as it says.
  void unwell(std::size_t region, Time now, std::chrono::milliseconds for_long);
  [[nodiscard]] bool is_down(std::size_t region, Time now) const;
  // Where a new reservation goes: the first that is not down, or if all are, the first.
  [[nodiscard]] std::size_t preferred(Time now) const;
  // The next after this one that is not down; this one if there is none.
  [[nodiscard]] std::size_t other_than(std::size_t region, Time now) const;
  [[nodiscard]] std::size_t count() const { return all_.size(); }

  // Reservations that are not in the first region under their own ids, or may be purchased.
  [[nodiscard]] Place place_of(std::string_view id) const;
  [[nodiscard]] bool is_placed(std::string_view id) const { return places_.contains(std::string(id)); }
  void place(std::string_view id, Place place);

  // A purchase that was sent and has no answer may have been made: its reservation stays where it is, or it
  // would be sold in two regions.
  void set_unsure_of_purchase(std::string_view id, bool unsure);
  [[nodiscard]] bool may_be_purchased(std::string_view id) const;

  // Ids that may hold units in a region that was left, to be released when it is heard again.
  void leave_behind(std::size_t region, std::string id);
  [[nodiscard]] std::span<const std::string> left_behind(std::size_t region) const {
    return all_[region].left_behind;
  }
  void released(std::size_t region, const std::string& id) { std::erase(all_[region].left_behind, id); }

  // Before the attempt after so many that failed.
  [[nodiscard]] std::chrono::milliseconds pause(unsigned failed);

  static constexpr std::size_t places_max = 100'000;
  static constexpr std::size_t left_behind_max = 1'000;

 private:
  struct Region {
    std::optional<Time> silent_since;
    Time tried_again;  // when it may be, if it was silent
    std::vector<std::string> left_behind;
  };

  RetryOptions options_;
  std::vector<Region> all_;
  struct Known {
    Place place;
    bool may_be_purchased = false;
  };
  [[nodiscard]] Known& known(std::string_view id);  // the oldest is forgotten for a new one

  std::unordered_map<std::string, Known> places_;
  std::deque<std::string> placed_;  // the oldest first
  Random random_;
};

}  // namespace holdfast
