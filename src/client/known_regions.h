// KnownRegions: what a shop knows of the regions that it can ask. Pure: time and randomness are inputs.
//
//   well --no sound word for fail_over_after--> down --home_again_after--> tried --a sound word--> well
//     '--it says that it is unwell------------> ^ ^-------------------------- no ---'
//
// Owner: a retrying client; all that it has under way shares it. Threads: its one.
#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/random.h"
#include "holdfast/retrying_client.h"

namespace holdfast {

using Time = std::chrono::steady_clock::time_point;

// What was last said of the so many ids that were last spoken of: for a new one that is forgotten of which
// nothing was said for longest.
template <class Value>
class Newest {
 public:
  Newest() = default;
  Newest(const Newest&) = delete;
  Newest& operator=(const Newest&) = delete;

  [[nodiscard]] bool contains(std::string_view id) const { return by_id_.contains(id); }
  [[nodiscard]] const Value* find(std::string_view id) const {
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? nullptr : &found->second->value;
  }
  void set(std::string_view id, Value value) {
    if (const auto found = by_id_.find(id); found != by_id_.end()) {
      found->second->value = std::move(value);
      all_.splice(all_.end(), all_, found->second);
      return;
    }
    all_.push_back({std::string(id), std::move(value)});
    by_id_.emplace(all_.back().id, std::prev(all_.end()));
    if (all_.size() <= count_max) return;
    by_id_.erase(all_.front().id);
    all_.pop_front();
  }

  static constexpr std::size_t count_max = 100'000;

 private:
  struct Said {
    std::string id;
    Value value;
  };
  std::list<Said> all_;  // what was said last at the end
  std::unordered_map<std::string_view, typename std::list<Said>::iterator> by_id_;
};

class KnownRegions {
 public:
  KnownRegions(std::size_t count, RetryOptions options);

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

  // Where a reservation is: in the first region under its own id, unless it was placed elsewhere. It is
  // placed also where its purchase was asked for.
  [[nodiscard]] Place place_of(std::string_view id) const;
  [[nodiscard]] bool is_placed(const std::string& id) const {
    return places_.contains(id) || purchases_.contains(id);
  }
  // Throws std::out_of_range where there is no such region.
  void place(std::string_view id, Place place);

  // A purchase that was sent may have been made, until an answer says that it was not: its reservation stays
  // where it is, or it would be sold in two regions.
  void set_may_be_purchased(const std::string& id, bool may_be) { purchases_.set(id, may_be); }
  [[nodiscard]] bool may_be_purchased(const std::string& id) const;

  // Ids that may hold units in a region that was left, to be released when it is heard again. Whoever takes
  // some to be released leaves those behind again that were not.
  void leave_behind(std::size_t region, std::string id);
  [[nodiscard]] std::vector<std::string> take_left_behind(std::size_t region, std::size_t count_max);

  // Before the attempt after so many that failed.
  [[nodiscard]] std::chrono::milliseconds pause(unsigned failed);

  static constexpr std::size_t left_behind_max = 1'000;

 private:
  struct Region {
    std::optional<Time> silent_since;
    Time tried_again;  // when it may be, if it was silent
    std::vector<std::string> left_behind;
  };

  RetryOptions options_;
  std::vector<Region> all_;
  Newest<Place> places_;
  Newest<bool> purchases_;
  Random random_;
};

}  // namespace holdfast
