#include "webhook/sender.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <thread>
#include <utility>

#include "base/digest.h"
#include "client/endpoint.h"
#include "text/json.h"

namespace holdfast::webhook {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

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

// In words, as a daemon gives them in `detail`.
std::string why_not(const Answer& answer) {
  if (!answer) return answer.failure().detail;
  const auto problem = parse_json(answer->body);
  const auto detail = problem ? string_at(*problem, "detail") : std::nullopt;
  return "HTTP " + std::to_string(answer->status) + (detail ? ", " + *detail : "");
}

// What passes is waited for; what does not, a person has to mend.
bool passes(const Answer& answer) {
  if (!answer) return answer.failure().kind != Failure::Kind::bad_endpoint;
  return answer->status == 200 || answer->status == 429 || answer->status == 503;
}

}  // namespace

std::string why_no_receiver(const std::string& url, const std::string& ca_file) {
  const auto endpoint = parse_endpoint(url.substr(0, end_of_host(url)));
  const bool has_spaces = std::ranges::any_of(url, [](char c) { return c >= 0 && c <= ' '; });
  if (!endpoint || endpoint->scheme == Scheme::native || has_spaces)
    return "--url: it must be http://HOST[:PORT]/PATH or https://, without user and password";
  if (!ca_file.empty() && std::ifstream(ca_file).peek() == std::ifstream::traits_type::eof())
    return "--ca: no certificates can be read there: " + ca_file;
  return {};
}

std::string name_of_receiver(const std::string& url) {
  const auto host = url.find("://") + 3;
  const auto path_hash = static_cast<unsigned>(hash_of(url.substr(end_of_host(url)), 0) & 0xffff);
  std::array<char, 8> digits{};
  std::snprintf(digits.data(), digits.size(), "-%04x", path_hash);
  return url.substr(host, end_of_host(url) - host) + digits.data();
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
  if (!read_cursor()) return false;
  while (!stop) {
    const End end = send_once(stop);
    if (end != End::again) {
      if (cursor_ != told_) tell_position(milliseconds(0));
      return end == End::stopped;
    }
    pause(reconnect_after, stop);
  }
  return true;
}

bool Sender::read_cursor() {
  auto cursor = file_.open();
  if (cursor) cursor_ = *std::move(cursor);
  if (!cursor) say_(cursor.error());
  return cursor.has_value();
}

Call Sender::stream() const {
  Call call{.method = "GET", .target = "/v1/events?"};
  if (!options_.name.empty()) call.target += "consumer=" + options_.name;
  if (cursor_)
    call.headers.emplace_back("Last-Event-ID", *cursor_);
  else if (options_.from_beginning)
    call.target += "&after=";
  return call;
}

void Sender::tell_position(milliseconds at_most_each) {
  const auto now = steady_clock::now();
  if (options_.name.empty() || now - told_at_ < at_most_each) return;
  told_at_ = now;
  told_ = cursor_;
  Call told = stream();
  told.method = "HEAD";
  std::ignore = Client(options_.endpoint, {.timeout = tell_each}).call(told);
}

Sender::End Sender::send_once(const std::atomic<bool>& stop) {
  Client daemon(options_.endpoint);
  const auto goes_on = [&] {
    if (cursor_ != told_) tell_position(tell_each);
    return !stop && !gone_;
  };
  const Answer answer =
      daemon.listen(stream(), {.on_event = [&](const StreamEvent& event) { return deliver(event, stop); },
                               .on_begin = [&](const Response& head) { begin(head); },
                               .go_on = goes_on});
  if (gone_) return End::hopeless;
  return stop ? End::stopped : end_of(answer);
}

void Sender::begin(const Response& head) {
  if (std::exchange(away_, false)) say_(options_.endpoint + ": connected again");
  const std::string begins(head.header("Last-Event-ID"));
  if (!cursor_ && !begins.empty()) std::ignore = keep(begins);
}

Sender::End Sender::end_of(const Answer& answer) {
  const std::string why = options_.endpoint + ": " + why_not(answer);
  if (passes(answer)) {
    if (!std::exchange(away_, true)) say_(why + "; trying again until it goes on");
    return End::again;
  }
  const bool of_cursor =
      cursor_ && answer && (answer->status == 400 || answer->status == 410 || answer->status == 422);
  say_(!of_cursor ? why
                  : why + "; " + options_.cursor_file + " holds " + *cursor_ +
                        ": remove it to begin from now, or with --all from the beginning");
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
      tell_position(tell_each);
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
    tell_position(tell_each);
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
  cursor_ = cursor;
  const auto written = file_.write(cursor);
  if (written) return true;
  say_(written.error());
  gone_ = true;
  return false;
}

void Sender::pause(milliseconds time, const std::atomic<bool>& stop) const {
  const auto until = steady_clock::now() + time;
  while (!stop && steady_clock::now() < until)
    std::this_thread::sleep_for(std::min<milliseconds>(time, milliseconds(50)));
}

}  // namespace holdfast::webhook
