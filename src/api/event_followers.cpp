#include "api/event_followers.h"

#include <algorithm>

namespace holdfast::api {

bool is_consumer_name(std::string_view name) {
  const auto is_good = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_';
  };
  return !name.empty() && name.size() <= 64 && std::ranges::all_of(name, is_good);
}

void EventFollowers::begin(const std::string& name, node::ConsumerId stream, EventCursor at) {
  if (Follower* follower = at_name(name)) {
    follower->at = follower->told = at;
    follower->says = false;
    follower->stream = stream;
  }
}

void EventFollowers::told(node::ConsumerId stream, EventCursor next) {
  Follower* follower = of_stream(stream);
  if (follower == nullptr) return;
  follower->told = next;
  if (!follower->says) follower->at = next;
}

void EventFollowers::end(node::ConsumerId stream) {
  Follower* follower = of_stream(stream);
  if (follower == nullptr) return;
  follower->at = standing(*follower);
  follower->stream.reset();
}

void EventFollowers::stands(const std::string& name, EventCursor at) {
  if (Follower* follower = at_name(name)) {
    follower->at = at;
    follower->says = true;
  }
}

void EventFollowers::tick() {
  if (followers_.empty()) return;
  const std::int64_t now_us = desk_.now_us();
  const WallTime now = desk_.shell().now;
  for (auto& [name, follower] : followers_) {
    if (follower.stream) follower.heard_us = now_us;
    const node::Behind gap = behind(follower);
    if (gap.records == 0) follower.since = now;
    if (gap.since) follower.since = gap.since;
  }
  std::erase_if(followers_,
                [&](const auto& one) { return now_us - one.second.heard_us > forgotten_after_us; });
}

std::vector<FollowerSeen> EventFollowers::seen() const {
  std::vector<FollowerSeen> all;
  if (followers_.empty()) return all;
  const WallTime now = desk_.shell().now;
  for (const auto& [name, follower] : followers_) {
    const node::Behind gap = behind(follower);
    const auto since = gap.records == 0 ? std::optional(now) : gap.since ? gap.since : follower.since;
    all.push_back({.name = name,
                   .connected = follower.stream.has_value(),
                   .behind_records = gap.records,
                   .behind = since ? std::optional(std::max(now - *since, Millis(0))) : std::nullopt,
                   .heard_ago = Millis((desk_.now_us() - follower.heard_us) / 1000)});
  }
  return all;
}

std::vector<MetricFamily> EventFollowers::families() const {
  if (followers_.empty()) return {};
  MetricFamily records{"holdfast_event_consumer_lag_records",
                       "gauge",
                       "Durable records that a consumer with a name has not passed, also while it is away.",
                       {}};
  MetricFamily lag{"holdfast_event_consumer_lag_seconds",
                   "gauge",
                   "How old the oldest of them is at most; none of one that was never at the end.",
                   {}};
  for (const FollowerSeen& one : seen()) {
    records.samples.push_back({label("consumer", one.name), static_cast<double>(one.behind_records), ""});
    if (one.behind)
      lag.samples.push_back(
          {label("consumer", one.name), static_cast<double>(one.behind->count()) / 1000, ""});
  }
  return {std::move(records), std::move(lag)};
}

EventFollowers::Follower* EventFollowers::at_name(const std::string& name) {
  if (!followers_.contains(name) && followers_.size() >= followers_max) forget_one();
  if (!followers_.contains(name) && followers_.size() >= followers_max) return nullptr;
  Follower& follower = followers_[name];
  follower.heard_us = desk_.now_us();
  return &follower;
}

// Who is away for the longest.
void EventFollowers::forget_one() {
  auto oldest = followers_.end();
  for (auto at = followers_.begin(); at != followers_.end(); ++at)
    if (!at->second.stream && (oldest == followers_.end() || at->second.heard_us < oldest->second.heard_us))
      oldest = at;
  if (oldest != followers_.end()) followers_.erase(oldest);
}

EventFollowers::Follower* EventFollowers::of_stream(node::ConsumerId stream) {
  for (auto& [name, follower] : followers_)
    if (follower.stream == stream) return &follower;
  return nullptr;
}

// Who has all that it was told is as far as its stream, which passes records that tell nothing.
EventCursor EventFollowers::standing(const Follower& follower) const {
  if (!follower.stream || follower.at < follower.told) return follower.at;
  return std::max(follower.at, desk_.feed.reached(*follower.stream).value_or(follower.at));
}

node::Behind EventFollowers::behind(const Follower& follower) const {
  return desk_.feed.behind(standing(follower));
}

}  // namespace holdfast::api
