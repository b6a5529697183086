// EventFollowers: those who follow the events and have said who they are, and how far behind they are, also
// while they are away: a follower whose store is down is not connected, and that is when somebody asks.
//
//   begin() a stream --told()--> ... --end()     stands(): it says itself how far it has come (HEAD)
//
// One that says so stands there, whatever lies in buffers on its way to it; one that does not, where its
// stream is. All of it is of this start of the daemon: who is away since before has to come back first.
// Owner: EventFeeds. Threads: the loop's.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/desk.h"

namespace holdfast::api {

// 1 to 64 of A-Z a-z 0-9 - . _
[[nodiscard]] bool is_consumer_name(std::string_view name);

struct FollowerSeen {
  std::string name;
  bool connected = false;
  std::uint64_t behind_records = 0;
  std::optional<Millis> behind;  // at most so long; none: it was never seen to be at the end
  Millis heard_ago{0};
};

class EventFollowers {
 public:
  static constexpr std::size_t followers_max = 64;
  static constexpr std::int64_t forgotten_after_us = 86'400'000'000;

  explicit EventFollowers(const Desk& desk) : desk_(desk) {}

  // The newest stream of a name counts.
  void begin(const std::string& name, node::ConsumerId stream, EventCursor at);
  void told(node::ConsumerId stream, EventCursor next);
  void end(node::ConsumerId stream);  // while the desk still knows it
  void stands(const std::string& name, EventCursor at);
  void tick();

  [[nodiscard]] std::vector<FollowerSeen> seen() const;
  [[nodiscard]] std::vector<MetricFamily> families() const;

 private:
  struct Follower {
    EventCursor at;    // it has all before this
    EventCursor told;  // on its stream
    bool says = false;
    std::optional<node::ConsumerId> stream;
    std::int64_t heard_us = 0;
    std::optional<WallTime> since;  // it lacks nothing from before
  };
  using Followers = std::map<std::string, Follower>;

  [[nodiscard]] Follower* at_name(const std::string& name);
  [[nodiscard]] Follower* of_stream(node::ConsumerId stream);
  [[nodiscard]] EventCursor standing(const Follower& follower) const;
  [[nodiscard]] node::Behind behind(const Follower& follower) const;
  void forget_one();

  const Desk& desk_;
  Followers followers_;
};

}  // namespace holdfast::api
