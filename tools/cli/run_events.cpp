// events tail: follows the events, over any number of connections, and loses and doubles none.
#include <algorithm>
#include <chrono>
#include <thread>

#include "cli/interrupt.h"
#include "cli/problem.h"
#include "cli/render.h"
#include "cli/request.h"
#include "cli/run.h"
#include "cli/session.h"

namespace holdfast::cli {
namespace {

using std::chrono::milliseconds;

class Tail {
 public:
  explicit Tail(Session& session) : session_(session) {
    const Arguments& arguments = session.arguments();
    after_ = arguments.maybe("--after");
    if (arguments.has("--all")) after_ = "";
    if (arguments.maybe("--limit")) left_ = arguments.number("--limit");
  }

  ExitCode run() {
    while (goes_on()) {
      const Answer answer = session_.listen(call(), listener());
      if (!goes_on()) break;
      if (!comes_again(answer)) return session_.complain(answer);
      wait_a_little(answer);
    }
    return ExitCode::done;
  }

 private:
  [[nodiscard]] bool goes_on() const { return !interrupt_.came() && left_ != 0 && session_.can_print(); }

  // Without an event so far, where the first stream began is what to go on from.
  [[nodiscard]] Call call() const {
    Call call = get("/v1/events");
    if (!after_) return call;
    if (after_->empty())
      call.target += "?after=";
    else
      call.headers.emplace_back("Last-Event-ID", *after_);
    return call;
  }

  Listener listener() {
    return {.on_event = [this](const StreamEvent& event) { return take(event); },
            .on_begin = [this](const Response& head) { begin(head); },
            .go_on = [this] { return goes_on(); }};
  }

  void begin(const Response& head) {
    if (outage_) session_.say("connected again: going on where it ended");
    outage_ = false;
    connected_ = true;
    backoff_ = backoff_min;
    const std::string_view begins = head.header("Last-Event-ID");
    if (!begins.empty()) after_ = begins;
  }

  bool take(const StreamEvent& event) {
    if (!event.id.empty()) after_ = event.id;
    session_.print(shown(event));
    if (left_ > 0) --left_;
    return goes_on();
  }

  [[nodiscard]] std::string shown(const StreamEvent& event) const {
    if (session_.as_json()) return event.data + "\n";
    const auto body = parse_json(event.data);
    if (!session_.as_table()) return event_row(event.type, event.data) + "\n";
    return event_line(event.type, body ? *body : json::value());
  }

  // A stream that ended, or a daemon that is there and cannot just now; before the first, what anyone is
  // told.
  [[nodiscard]] bool comes_again(const Answer& answer) const {
    if (!connected_) return false;
    return may_pass(answer) || answer->status == 200;
  }

  void wait_a_little(const Answer& answer) {
    if (!outage_) session_.say("the stream ended (" + short_text(answer) + "): reconnecting");
    outage_ = true;
    const auto until = std::chrono::steady_clock::now() + backoff_;
    while (goes_on() && std::chrono::steady_clock::now() < until)
      std::this_thread::sleep_for(backoff_min / 4);
    backoff_ = std::min(backoff_ * 2, backoff_max);
  }

  static constexpr milliseconds backoff_min{100};
  static constexpr milliseconds backoff_max{5'000};

  Session& session_;
  Interrupt interrupt_;
  std::optional<std::string> after_;  // none: from now; empty: from the beginning
  std::int64_t left_ = -1;            // below 0: no end
  milliseconds backoff_ = backoff_min;
  bool connected_ = false;
  bool outage_ = false;
};

}  // namespace

ExitCode run_events_tail(Session& session) { return Tail(session).run(); }

}  // namespace holdfast::cli
