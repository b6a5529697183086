#include "webhook/sender.h"

#include <algorithm>
#include <thread>

namespace holdfast::webhook {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::string_view schemes[] = {"http://", "https://"};
constexpr milliseconds patience{15'000};  // as Standard Webhooks advises
constexpr milliseconds reconnect_after{1'000};
constexpr milliseconds tell_each{2'000};

std::size_t end_of_host(const std::string& url) {
  return std::min(url.find('/', url.find("://") + 3), url.size());
}

// The `at` of an event's data, which is a JSON object that a daemon wrote.
std::string time_of(const std::string& data) {
  constexpr std::string_view member = "\"at\":\"";
  const auto begin = data.find(member);
  if (begin == std::string::npos) return {};
  const auto end = data.find('"', begin + member.size());
  return data.substr(begin + member.size(), end - begin - member.size());
}

}  // namespace

std::string why_no_receiver(const std::string& url) {
  for (const std::string_view scheme : schemes)
    if (url.starts_with(scheme) && url.size() > scheme.size()) return {};
  return "neither http://HOST[:PORT]/PATH nor https://: " + url;
}

Sender::Sender(SendOptions options, Secret secret, Say say)
    : options_(std::move(options)),
      secret_(std::move(secret)),
      say_(std::move(say)),
      file_(options_.cursor_file),
      receiver_(options_.url.substr(0, end_of_host(options_.url)),
                {.timeout = patience, .ca_file = options_.ca_file}),
      path_(options_.url.substr(end_of_host(options_.url))) {
  if (path_.empty()) path_ = "/";
}

bool Sender::run(const std::atomic<bool>& stop) {
  while (!stop) {
    const End end = send_once(stop);
    if (end != End::again) return end == End::stopped;
    pause(reconnect_after, stop);
  }
  return true;
}

Call Sender::stream() const {
  Call call{.method = "GET", .target = "/v1/events?"};
  if (!options_.name.empty()) call.target += "consumer=" + options_.name;
  if (const auto cursor = file_.read())
    call.headers.emplace_back("Last-Event-ID", *cursor);
  else if (options_.from_beginning)
    call.target += "&after=";
  return call;
}

void Sender::tell_position() {
  const auto now = steady_clock::now();
  if (options_.name.empty() || now - told_ < tell_each) return;
  told_ = now;
  Call told = stream();
  told.method = "HEAD";
  std::ignore = Client(options_.endpoint, {.timeout = tell_each}).call(told);
}

Sender::End Sender::send_once(const std::atomic<bool>& stop) {
  Client daemon(options_.endpoint);
  const Answer answer =
      daemon.listen(stream(), {.on_event = [&](const StreamEvent& event) { return deliver(event, stop); },
                               .on_begin =
                                   [&](const Response& head) {
                                     const std::string begins(head.header("Last-Event-ID"));
                                     if (!file_.read() && !begins.empty()) std::ignore = keep(begins);
                                   },
                               .go_on = [&] { return !stop && !gone_; }});
  if (gone_) return End::hopeless;
  if (stop) return End::stopped;
  if (!answer || answer->status == 200 || answer->status == 503 || answer->status == 429) return End::again;
  say_(options_.endpoint + ": HTTP " + std::to_string(answer->status) + " " + answer->body);
  return End::hopeless;
}

bool Sender::deliver(const StreamEvent& event, const std::atomic<bool>& stop) {
  if (event.id.empty() || event.type.starts_with("region.")) return !stop;  // those are in no journal
  milliseconds wait = options_.retry_min;
  while (!stop) {
    const Answer answer = receiver_.call(webhook_of(event));
    if (answer && answer->status / 100 == 2) {
      ++sent_;
      if (!keep(event.id)) return false;
      tell_position();
      return true;
    }
    if (answer && answer->status == 410) {
      say_(options_.url + ": answers 410, it wants no more");
      gone_ = true;
      return false;
    }
    if (wait == options_.retry_min)
      say_(options_.url + ": " +
           (answer ? "HTTP " + std::to_string(answer->status) : answer.failure().detail) + " to " + event.id +
           "; sending it again");
    tell_position();
    pause(wait, stop);
    wait = std::min(wait * 2, options_.retry_max);
  }
  return false;
}

Call Sender::webhook_of(const StreamEvent& event) const {
  const auto now =
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch())
          .count();
  const std::string body = R"({"type":")" + event.type + R"(","timestamp":")" + time_of(event.data) +
                           R"(","data":)" + event.data + "}";
  return {.method = "POST",
          .target = path_,
          .body = body,
          .content_type = "application/json",
          .headers = {{"webhook-id", event.id},
                      {"webhook-timestamp", std::to_string(now)},
                      {"webhook-signature", secret_.sign(event.id, now, body)}}};
}

bool Sender::keep(const std::string& cursor) {
  if (file_.write(cursor)) return true;
  say_("cannot write " + options_.cursor_file);
  gone_ = true;
  return false;
}

void Sender::pause(milliseconds time, const std::atomic<bool>& stop) const {
  const auto until = steady_clock::now() + time;
  while (!stop && steady_clock::now() < until)
    std::this_thread::sleep_for(std::min<milliseconds>(time, milliseconds(50)));
}

}  // namespace holdfast::webhook
