#include "store/region.h"

#include <thread>

namespace holdfast::store {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

constexpr auto between_attempts = 200ms;
constexpr auto quiet = 500ms;

bool comes_again(const Answer& answer) {
  if (!answer) return answer.failure().kind != Failure::Kind::bad_endpoint;
  return answer->status == 503 || answer->status == 429 || answer->status == 504;
}

// In no journal; its id is that of the event before it.
bool is_of_the_moment(const StreamEvent& event) { return event.type.starts_with("region."); }

}  // namespace

std::string wrong_region(const std::string& endpoint, std::string_view is, std::string_view should_be) {
  return endpoint + (is.empty() ? " is no holdfastd" : " is region " + std::string(is)) + ", not " +
         std::string(should_be);
}

Region::Region(std::string name, std::string endpoint, std::chrono::milliseconds patience)
    : name_(std::move(name)),
      endpoint_(std::move(endpoint)),
      patience_(patience),
      client_(endpoint_, {.timeout = 30s}) {}

std::string Region::why(const Answer& answer) {
  bad_answer_ = answer;
  if (!answer) return endpoint_ + ": " + answer.failure().detail;
  const auto body = parse_json(answer->body);
  return endpoint_ + ": HTTP " + std::to_string(answer->status) + " " +
         (body ? string_at(*body, "detail").value_or("") : std::string());
}

Result<json::value, std::string> Region::ask(const Call& call) {
  const auto end = steady_clock::now() + patience_;
  while (true) {
    const Answer answer = client_.call(call);
    if (answer && answer->status < 300)
      if (auto body = parse_json(answer->body)) {
        bad_answer_.reset();
        return *std::move(body);
      }
    if (!comes_again(answer) || steady_clock::now() > end) return failure(why(answer));
    std::this_thread::sleep_for(between_attempts);
  }
}

Result<void, std::string> Region::check_name() {
  const auto status = get("/v1/status");
  if (!status) return failure(status.error());
  const std::string is = string_at(*status, "region").value_or("");
  if (is != name_) return failure(wrong_region(endpoint_, is, name_));
  return {};
}

Result<json::value, std::string> Region::get(const std::string& target) {
  return ask({.method = "GET", .target = target});
}

Result<json::value, std::string> Region::post(const std::string& target, const json::object& body) {
  return ask({.method = "POST", .target = target, .body = written(body), .content_type = "application/json"});
}

Result<json::value, std::string> Region::batch(const json::array& operations) {
  return post("/v1/batch", json::object{{"operations", operations}});
}

Result<void, std::string> Region::all(const std::string& target, std::string_view rows,
                                      const std::function<void(const json::value&)>& each) {
  std::string after;
  do {
    const auto page = get(target + "?limit=1000" + (after.empty() ? "" : "&after=" + percent_encode(after)));
    if (!page) return failure(page.error());
    for (const json::value& row : list(*page, rows)) each(row);
    after = string_at(*page, "next").value_or("");
  } while (!after.empty());
  return {};
}

Result<Response, std::string> Region::listen(const std::optional<std::string>& cursor, Listener listener) {
  std::optional<Response> begun;
  listener.on_begin = [&](const Response& head) { begun = head; };
  Call call{.method = "GET", .target = "/v1/events"};
  if (cursor) call.headers = {{"Last-Event-ID", *cursor}};
  const Answer answer = client_.listen(call, listener);
  if (!begun || !answer) return failure(why(answer));
  bad_answer_.reset();
  return *std::move(begun);
}

Result<std::string, std::string> Region::newest_cursor() {
  const auto head =
      listen({}, {.on_event = [](const StreamEvent&) { return false; }, .go_on = [] { return false; }});
  if (!head) return failure(head.error());
  return std::string(head->header("Last-Event-ID"));
}

Result<void, std::string> Region::check_cursor(const std::string& cursor) {
  const auto head =
      listen(cursor, {.on_event = [](const StreamEvent&) { return false; }, .go_on = [] { return false; }});
  if (!head) return failure(head.error());
  return {};
}

Result<std::string, std::string> Region::next_cursor() {
  std::string next;
  const auto began = steady_clock::now();
  const auto head = listen({}, {.on_event =
                                    [&](const StreamEvent& event) {
                                      if (!is_of_the_moment(event)) next = event.id;
                                      return next.empty();
                                    },
                                .go_on = [&] { return steady_clock::now() - began < quiet; }});
  if (!head) return failure(head.error());
  return next.empty() ? std::string(head->header("Last-Event-ID")) : next;
}

Result<void, std::string> Region::events_after(const std::string& cursor,
                                               const std::function<void(const StreamEvent&)>& each) {
  auto last = newest_cursor();
  if (last && *last == cursor) return {};
  if (last) last = next_cursor();
  if (!last) return failure(last.error());
  std::optional<steady_clock::time_point> heard;  // nothing: it has just begun
  const auto head = listen(cursor, {.on_event =
                                        [&](const StreamEvent& event) {
                                          heard = steady_clock::now();
                                          if (is_of_the_moment(event)) return true;
                                          each(event);
                                          return event.id != *last;
                                        },
                                    .go_on =
                                        [&] {
                                          if (!heard) heard = steady_clock::now();
                                          return steady_clock::now() - *heard < quiet;
                                        }});
  if (!head) return failure(head.error());
  return {};
}

}  // namespace holdfast::store
