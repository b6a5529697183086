// Gateway: between HTTP requests and the core, without sockets. It holds the calls that wait for answers.
//
//   handle() --of what is long: read aside--> goes on as the others, unless drain() comes first
//            --refused, or answered here--> respond
//            --submitted--> answer() for each operation --> respond
//                           tick(), past the deadline   --> respond: 504 for what changes state, else 429
//                           abandon()                   --> nothing, and the desk forgets it
//
// Each call that is handled and not abandoned is responded to exactly once, possibly from within handle().
// Owner: the daemon. Threads: the loop's.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "api/desk.h"
#include "api/event_feeds.h"
#include "api/http.h"
#include "api/intake.h"
#include "api/tally.h"
#include "core/few.h"
#include "node/ports.h"

namespace holdfast::api {

// How long the core may take beyond what the request waits for.
inline constexpr Millis answer_grace{10'000};
// The same for what goes through all there is: a recount of the journal, the import of a catalogue.
inline constexpr Millis long_answer_grace{300'000};

class Gateway final : public node::ShopsPort {
 public:
  using Respond = std::function<void(CallId, HttpResponse)>;

  Gateway(std::string region, Desk desk);

  void on_response(Respond respond) { respond_ = std::move(respond); }

  // The token names the call to abandon() until it has been responded to.
  // A request that is long is taken over as it is.
  [[nodiscard]] RequestToken handle(CallId call, const Match& match, HttpRequest& request);

  // The client is gone: what waits ends, and what cannot be undone is no longer listened to.
  void abandon(RequestToken call);

  // Whether the call waits for units, so that a client that stops sending should be taken for gone.
  [[nodiscard]] bool waits(RequestToken call) const;

  // The daemon stops: what is not read yet would be refused once it is, so it is at once.
  void drain();

  void tick();  // several times a second: deadlines
  void answer(RequestToken token, const Answer& answer) override;

  [[nodiscard]] EventFeeds& feeds() { return feeds_; }
  [[nodiscard]] std::size_t calls_open() const { return calls_.size(); }
  // Counts what was refused before a request was whole enough to be handled.
  void note_refusal(std::string_view code) { tally_.count_refusal(code); }
  [[nodiscard]] const Tally& tally() const { return tally_; }
  [[nodiscard]] Tally& tally() { return tally_; }  // what shops ask over other protocols counts too

 private:
  struct Open {
    CallId call = 0;
    Few<HttpResponse> results;  // one for each operation; status 0: not yet answered
    Few<bool> reserves;         // the same: whether it is an attempt to reserve
    std::size_t unanswered = 0;
    std::int64_t began_us = 0;
    std::int64_t deadline_us = 0;
    bool is_batch = false;
    bool changes = false;
    bool waits = false;
    bool in_pages = true;
  };
  using Calls = std::map<std::uint64_t, Open>;  // by their first token; the rest follow it
  struct Unread {
    CallId call = 0;
    Match match;
    HttpRequest request;
  };

  void respond(CallId call, HttpResponse response);
  [[nodiscard]] RequestToken read_aside(CallId call, const Match& match, HttpRequest request);
  void go_on(std::uint64_t token, Result<Intake, HttpResponse> intake);
  [[nodiscard]] HttpResponse draining() const;
  [[nodiscard]] std::optional<HttpResponse> answer_here(CallId call, Method method, const Match& match,
                                                        Result<Intake, HttpResponse>& intake);
  [[nodiscard]] HttpResponse serve_here(Serve serve);
  [[nodiscard]] HttpResponse open_feed(CallId call, Method method, const Intake& intake);
  [[nodiscard]] HttpResponse ready() const;
  [[nodiscard]] HttpResponse metrics();
  [[nodiscard]] std::optional<HttpResponse> refuse_at_door(const Intake& intake) const;
  [[nodiscard]] std::uint64_t take_tokens(std::size_t count);
  void open(std::uint64_t first, CallId call, const Match& match, Intake intake);
  void submit(std::uint64_t first, Intake intake);
  [[nodiscard]] Calls::iterator find(RequestToken token);
  void settle(Calls::iterator at, std::size_t operation, HttpResponse response);
  void finish(Open open);
  void give_up(std::uint64_t first);
  void cancel_unanswered(std::uint64_t first, const Open& open);

  std::string region_;
  Desk desk_;
  EventFeeds feeds_;
  Respond respond_;
  Calls calls_;
  std::map<std::uint64_t, std::shared_ptr<Unread>>
      unread_;  // read aside while they are here, by their tokens
  std::uint64_t next_token_ = 1;
  Tally tally_;
};

}  // namespace holdfast::api
