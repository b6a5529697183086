// EventFeeds: the streams of GET /v1/events, without sockets: who follows, what each has been sent, pings.
//
//   open() --head is written--> took() --> desk: want --> events() --> send() --all of it is taken--> took()
//   ...
//
// A consumer is sent more only once it has taken all it was sent, so that what waits for one that is slow is
// bounded by one chunk (node/feed.h) and a little. Owner: Gateway. Threads: the loop's.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/desk.h"
#include "api/event_followers.h"
#include "api/event_text.h"
#include "api/http.h"
#include "node/ports.h"

namespace holdfast::api {

class EventFeeds final : public node::FeedPort {
 public:
  // What becomes of a stream. Sending may not call back from within; ending may say that it is closed.
  struct Out {
    std::function<void(CallId, std::string_view text)> send;
    std::function<void(CallId)> end;
  };
  static constexpr std::size_t consumers_max = 64;

  EventFeeds(std::string region, const Desk& desk) : region_(std::move(region)), desk_(desk) {}

  void on_stream(Out out) { out_ = std::move(out); }

  // The head of the stream, or the problem that there is none. Without a cursor: from now.
  [[nodiscard]] HttpResponse open(CallId call, const std::optional<JournalCursor>& after,
                                  const std::string& consumer = {});
  // HEAD: what open() would say; and who has a name stands there from now on.
  [[nodiscard]] HttpResponse look(CallId call, const std::optional<JournalCursor>& after,
                                  const std::string& consumer);
  // The client has taken the head, or all that was sent since.
  void took(CallId call);
  // Nobody reads it any more.
  void close(CallId call);

  void tick();  // several times a second: pings, and regions that were cut off or are up again

  [[nodiscard]] const EventFollowers& followers() const { return followers_; }

  void events(std::span<const node::ConsumerId> consumers, std::span<const Event> events) override;
  void lost(node::ConsumerId consumer) override;

 private:
  static constexpr std::int64_t ping_us = 15'000'000;
  static constexpr std::size_t news_bytes_max = 16 << 10;

  struct Consumer {
    EventCursor reached;
    std::int64_t next_ping_us = 0;
    bool busy = true;     // what was sent is not taken yet
    bool wanted = false;  // the desk was asked for more
    std::string news;     // of regions, while it was busy
  };

  [[nodiscard]] Teller teller() const { return {region_, desk_.feed.journal}; }
  [[nodiscard]] std::vector<RegionTurn> turns();
  void tell(CallId call, Consumer& consumer, const std::vector<RegionTurn>& turns);
  void send(CallId call, Consumer& consumer, std::string_view text);

  std::string region_;
  const Desk& desk_;
  Out out_;
  std::map<CallId, Consumer> consumers_;
  EventFollowers followers_{desk_};
  std::vector<PeerSeen> peers_;  // as of the last tick
};

}  // namespace holdfast::api
