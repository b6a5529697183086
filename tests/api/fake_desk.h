// A desk that notes what is asked of it, and answers when a test says so; and a gateway on top of it.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/gateway.h"

namespace holdfast::api {

inline answer::ReservationAnswer reserved(std::string id, bool created = true) {
  answer::ReservationAnswer answer;
  answer.reservation.id = std::move(id);
  answer.reservation.created_at = wall_time(1'795'456'800'000);
  answer.reservation.expires_at = wall_time(1'795'457'400'000);
  answer.reservation.expires_in = Millis(600'000);
  answer.reservation.lines = {{"85123A", Units(6), Units(0)}};
  answer.created = created;
  answer.replayed = !created;
  return answer;
}

struct FakeDesk {
  std::vector<std::pair<RequestToken, Request>> submitted;
  std::vector<RequestToken> cancelled;
  Health health = Health::ready;
  std::int64_t now_us = 1'000'000;
  bool answers_at_once = false;
  std::function<void()> on_cancel;
  std::map<node::ConsumerId, std::optional<EventCursor>> followed_from;
  bool history_is_gone = false;
  std::vector<node::ConsumerId> wanting;
  Position durable{9};
  std::optional<WallTime> made_at;  // of what is behind
  std::vector<PeerSeen> peers{{"us", true}};
  Reloaded reloaded;
  BackupState backup;
  bool draining = false;
  std::uint64_t disk_free_bytes = 0;
  std::uint64_t spoken_for_bytes = 0;
  bool reads_later = false;  // what is done aside waits until a test does it
  std::vector<Job> aside;
  Gateway* gateway = nullptr;

  [[nodiscard]] Desk desk() {
    return {.submit = [this](RequestToken token, Request request) { submit(token, std::move(request)); },
            .submit_in_order =
                [this](node::InOrder requests) {
                  for (input::Asked& one : requests) submit(one.token, std::move(one.request));
                },
            .aside =
                [this](Job job) {
                  if (reads_later)
                    aside.push_back(std::move(job));
                  else
                    job()();
                },
            .cancel =
                [this](RequestToken token) {
                  cancelled.push_back(token);
                  if (on_cancel) on_cancel();
                },
            .health = [this] { return health; },
            .shell =
                [this] {
                  return ShellStatus{.cluster = "shop",
                                     .incarnation = "i1",
                                     .version = "0.1.0",
                                     .disk_free_bytes = disk_free_bytes,
                                     .spoken_for_bytes = spoken_for_bytes};
                },
            .config =
                [] {
                  return std::vector<ConfigValue>{{"http.listen", R"("127.0.0.1:0")", "file"}};
                },
            .reload = [this] { return reloaded; },
            .start_backup = [this] { return backup; },
            .backup = [this] { return backup; },
            .drain = [this](bool begun) { draining = begun; },
            .drain_state =
                [this] {
                  return DrainState{draining, {{"us", true, false}}};
                },
            .metrics =
                [] {
                  return std::vector<MetricFamily>{
                      {"holdfast_pending_reservations", "gauge", "Now.", {{"", 3, ""}}}};
                },
            .now_us = [this] { return now_us; },
            .feed = feed()};
  }

  [[nodiscard]] FeedDesk feed() {
    return {
        .journal = 0xf00d,
        .open = [this](node::ConsumerId id, std::optional<EventCursor> from) -> std::optional<EventCursor> {
          if (history_is_gone) return std::nullopt;
          followed_from[id] = from;
          return from.value_or(EventCursor{Position(10), 0});
        },
        .want = [this](node::ConsumerId id) { wanting.push_back(id); },
        .close = [this](node::ConsumerId id) { followed_from.erase(id); },
        .reached = [this](node::ConsumerId id) -> std::optional<EventCursor> {
          const auto found = followed_from.find(id);
          if (found == followed_from.end()) return std::nullopt;
          return found->second.value_or(EventCursor{Position(10), 0});
        },
        .behind = [this](EventCursor from) -> node::Behind {
          if (from.record > durable) return {};
          return {durable.value() - from.record.value() + 1, made_at};
        },
        .peers = [this] { return peers; }};
  }

  void submit(RequestToken token, Request request) {
    if (answers_at_once) return gateway->answer(token, at_once(request));
    submitted.emplace_back(token, std::move(request));
  }

  static Answer at_once(const Request& request) {
    const auto* reserve = std::get_if<request::Reserve>(&request);
    return Success(reserved(reserve ? reserve->id : "cart-1"));
  }

  void answer(std::size_t i, Answer with) { gateway->answer(submitted.at(i).first, with); }
};

// A gateway whose responses are kept.
struct Bench {
  FakeDesk desk;
  Gateway gateway{"eu", desk.desk()};
  std::map<CallId, HttpResponse> responses;
  CallId next = 1;
  RequestToken last;

  Bench() {
    desk.gateway = &gateway;
    gateway.on_response(
        [this](CallId call, HttpResponse response) { responses[call] = std::move(response); });
  }

  // What comes at once; nothing if it waits.
  std::optional<HttpResponse> call(HttpRequest request) {
    const CallId id = next++;
    auto matched = match(request.method, request.target);
    if (!matched) return matched.error();
    last = gateway.handle(id, *matched, request);
    return response(id);
  }

  std::optional<HttpResponse> response(CallId id) {
    const auto found = responses.find(id);
    return found == responses.end() ? std::nullopt : std::optional(found->second);
  }

  std::optional<HttpResponse> last_response() { return response(next - 1); }
};

inline HttpRequest json_call(Method method, std::string target, std::string body,
                             std::optional<std::string> key = std::nullopt) {
  return {.method = method,
          .target = std::move(target),
          .content_type = "application/json",
          .idempotency_key = std::move(key),
          .body = std::move(body)};
}

inline HttpRequest get_call(std::string target) {
  return {.method = Method::get,
          .target = std::move(target),
          .content_type = {},
          .idempotency_key = {},
          .body = {}};
}

// The member "code" of a problem, "" if there is none.
inline std::string code_of(const std::optional<HttpResponse>& response) {
  if (!response) return "no response";
  const std::string member = R"("code":")";
  const std::size_t at = response->body.find(member);
  if (at == std::string::npos) return "";
  const std::size_t begin = at + member.size();
  return response->body.substr(begin, response->body.find('"', begin) - begin);
}

inline bool names(const std::optional<HttpResponse>& response, std::string_view pointer) {
  return response && response->body.contains(R"({"pointer":")" + std::string(pointer) + '"');
}

}  // namespace holdfast::api
