#include "api/event_feeds.h"

#include <utility>

#include "api/problem.h"

namespace holdfast::api {

namespace {

node::ConsumerId consumer_of(CallId call) { return node::ConsumerId(call); }

HttpResponse expired(std::string_view why) { return problem_response(problem::events_expired, why); }

}  // namespace

HttpResponse EventFeeds::open(CallId call, const std::optional<JournalCursor>& after,
                              const std::string& consumer) {
  if (consumers_.size() >= consumers_max)
    return problem_response(
        Refusal{.code = RefusalCode::overloaded, .detail = "too many follow the events already"}, {});
  const bool from_beginning = after && after->at.record == Position{};
  if (after && !from_beginning && after->journal != desk_.feed.journal)
    return expired("the cursor is of another region's journal, or of one that is gone; start without one");
  const auto begins = desk_.feed.open(consumer_of(call), after ? std::optional(after->at) : std::nullopt);
  if (!begins) return expired("the journal does not hold what follows this cursor; start without one");
  if (!consumer.empty()) followers_.begin(consumer, consumer_of(call), *begins);
  if (peers_.empty()) peers_ = desk_.feed.peers();  // what turns before the first tick is told
  consumers_[call] = {.reached = *begins, .next_ping_us = desk_.now_us() + ping_us, .news = {}};
  HttpResponse head{.content_type = "text/event-stream"};
  head.streams = true;
  head.last_event_id = text_of({desk_.feed.journal, *begins});
  return head;
}

HttpResponse EventFeeds::look(CallId call, const std::optional<JournalCursor>& after,
                              const std::string& consumer) {
  HttpResponse head = open(call, after);
  const auto opened = consumers_.find(call);
  if (opened == consumers_.end()) return head;
  if (!consumer.empty()) followers_.stands(consumer, opened->second.reached);
  close(call);
  return head;
}

void EventFeeds::took(CallId call) {
  const auto found = consumers_.find(call);
  if (found == consumers_.end()) return;
  Consumer& consumer = found->second;
  consumer.busy = false;
  if (!consumer.news.empty()) return send(call, consumer, std::exchange(consumer.news, {}));
  if (!std::exchange(consumer.wanted, true)) desk_.feed.want(consumer_of(call));
}

void EventFeeds::close(CallId call) {
  if (consumers_.erase(call) == 0) return;
  followers_.end(consumer_of(call));
  desk_.feed.close(consumer_of(call));
}

void EventFeeds::events(std::span<const node::ConsumerId> consumers, std::span<const Event> events) {
  std::string text;
  for (const Event& event : events) append_event(text, event, teller());
  for (const node::ConsumerId id : consumers) {
    const auto found = consumers_.find(id.value());
    if (found == consumers_.end()) continue;
    found->second.reached = events.back().next;
    found->second.wanted = false;
    followers_.told(id, found->second.reached);
    send(found->first, found->second, text);
  }
}

void EventFeeds::lost(node::ConsumerId consumer) {
  followers_.end(consumer);
  if (consumers_.erase(consumer.value()) > 0) out_.end(consumer.value());
}

void EventFeeds::send(CallId call, Consumer& consumer, std::string_view text) {
  consumer.busy = true;
  out_.send(call, text);
}

// A region is cut off, or up again, only once it was seen otherwise.
std::vector<RegionTurn> EventFeeds::turns() {
  std::vector<RegionTurn> turns;
  const std::vector<PeerSeen> before = std::exchange(peers_, desk_.feed.peers());
  for (std::size_t i = 0; i < before.size() && i < peers_.size(); ++i)
    if (peers_[i].up != before[i].up) turns.push_back({peers_[i].region, peers_[i].up, desk_.shell().now});
  return turns;
}

void EventFeeds::tell(CallId call, Consumer& consumer, const std::vector<RegionTurn>& turns) {
  if (consumer.news.size() > news_bytes_max) return;
  for (const RegionTurn& turn : turns) append_event(consumer.news, turn, consumer.reached, teller());
  if (!consumer.busy && !consumer.news.empty()) send(call, consumer, std::exchange(consumer.news, {}));
}

void EventFeeds::tick() {
  const std::vector<RegionTurn> now_turned = turns();
  const std::int64_t now_us = desk_.now_us();
  followers_.tick();
  for (auto& [call, consumer] : consumers_) {
    tell(call, consumer, now_turned);
    if (now_us < consumer.next_ping_us) continue;
    consumer.next_ping_us += ping_us;
    if (!consumer.busy) send(call, consumer, ping_text);
  }
}

}  // namespace holdfast::api
