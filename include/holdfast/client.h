// Client: calls one daemon. It waits for the answer, at most as long as its timeout.
//
//   holdfast::Client client("http://127.0.0.1:8420", {.timeout = std::chrono::seconds(2)});
//   const auto answer = client.call({.method = "GET", .target = "/v1/status"});
//   if (!answer) return complain(answer.failure());
//   use(answer->status, answer->body);
//
// An answer of any status is an answer: whether 409 is trouble is for the caller to say. A Failure means that
// no whole answer came; what was asked may still have happened, so ask again with the same id or
// Idempotency-Key.
//
// The connection is kept and used again. If the daemon has closed it in the meantime, the call is sent once
// more on a new one: every call of the API may be repeated. It may have been done the first time, and that is
// never hidden: where the second says nothing of it, the answer is the Failure of the first. One thread at a
// time. C++20, no other headers needed but operation.h.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "holdfast/operation.h"

namespace holdfast {

struct ClientOptions {
  // Of a whole call: looking up the name, connecting, sending and the answer. Above 0, and for more than a
  // year as for one: so milliseconds::max() is for ever. A call() with a `wait_ms` needs that much more;
  // run() adds what an operation may wait.
  std::chrono::milliseconds timeout{10'000};
  // Of https: a file of certificates (PEM) that are trusted; empty: those of the system, or of SSL_CERT_FILE.
  std::string ca_file = {};
};

using Headers = std::vector<std::pair<std::string, std::string>>;  // names and values, as sent, in order

// A request. Nothing in it is checked here: what is wrong with it, the daemon says (400, 422).
struct Call {
  std::string method;  // GET, PUT, POST, PATCH, HEAD
  std::string target;  // path and query, already encoded: see percent_encode()
  std::string body = {};
  std::string content_type = {};  // of the body; empty: the header is left out
  Headers headers = {};           // more of them: Idempotency-Key, X-Request-Id
};

struct Response {
  int status = 0;  // of HTTP
  Headers headers;
  std::string body;  // JSON but for /metrics; a problem document if status is 400 or more

  // The first header of this name, in any case; empty if there is none.
  [[nodiscard]] std::string_view header(std::string_view name) const;
};

// Why no whole answer came. After the first four nothing was sent, so nothing happened; after the others what
// was asked may have happened.
struct Failure {
  enum class Kind {
    bad_endpoint,    // none of http://, https:// and holdfast://host[:port], or not the one for this call
    cannot_resolve,  // the host has no address
    refused,         // nobody listens there
    unreachable,     // no way to the host, or its certificate is not to be trusted
    timed_out,       // the timeout is over, wherever it was spent
    broken,          // the connection ended before the answer did, or what came was neither HTTP nor native
  };
  Kind kind{};
  std::string detail;  // for people, in the system's words
};

// A response, or the reason why there is none. `*` and `->` only where it is true, failure() only where it is
// false.
class [[nodiscard]] Answer {
 public:
  Answer(Response response) : outcome_(std::move(response)) {}
  Answer(Failure failure) : outcome_(std::move(failure)) {}

  explicit operator bool() const { return outcome_.index() == 0; }
  const Response& operator*() const { return std::get<Response>(outcome_); }
  const Response* operator->() const { return &std::get<Response>(outcome_); }
  [[nodiscard]] const Failure& failure() const { return std::get<Failure>(outcome_); }

 private:
  std::variant<Response, Failure> outcome_;
};

// What became of several operations, as they stood; or the reason why there is no answer. `*` and `->` only
// where it is true, failure() only where it is false.
class [[nodiscard]] Outcomes {
 public:
  Outcomes(std::vector<Outcome> outcomes) : outcome_(std::move(outcomes)) {}
  Outcomes(Failure failure) : outcome_(std::move(failure)) {}

  explicit operator bool() const { return outcome_.index() == 0; }
  const std::vector<Outcome>& operator*() const { return std::get<0>(outcome_); }
  const std::vector<Outcome>* operator->() const { return &std::get<0>(outcome_); }
  [[nodiscard]] const Failure& failure() const { return std::get<Failure>(outcome_); }

 private:
  std::variant<std::vector<Outcome>, Failure> outcome_;
};

// One event of a stream (`GET /v1/events`). Its id goes into a Last-Event-ID header to go on after it.
struct StreamEvent {
  std::string id;
  std::string type;  // reservation.purchased
  std::string data;  // JSON
};

// What becomes of a stream. What one of these throws comes out of listen().
struct Listener {
  std::function<bool(const StreamEvent&)> on_event;      // false: no more of it
  std::function<void(const Response& head)> on_begin{};  // may be empty, as the next
  std::function<bool()> go_on{};                         // asked several times a second; false: no more of it
  std::chrono::milliseconds silence{45'000};             // a daemon that says nothing for so long is gone
};

class Transport;

// One daemon, one connection. A Client that was moved from may only be destroyed or assigned to.
class Client {
 public:
  // endpoint: http://HOST[:PORT], the port 80 if left out, https:// with 443 for what stands before a daemon
  // or takes its webhooks, or holdfast://HOST[:PORT] for the native protocol,
  // 8422, which takes run() only; IPv6 in brackets. Never fails and does not connect: whether the endpoint is
  // good and somebody listens there, the first call says.
  explicit Client(std::string_view endpoint, ClientOptions options = {});
  ~Client();
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;

  // Sends the call and waits for the answer, at most for the timeout. Throws only if memory or threads run
  // out.
  Answer call(const Call& call);

  // Does up to 1000 operations (1024 over the native protocol), of at most 4 MiB as they are sent, in their
  // order, each for itself: what became of each, in the same order. Of more, each is refused
  // (`validation_failed`, `body_too_large`); of none there is no outcome, and nobody is asked. An operation
  // alone may wait for units; one among others may not.
  Outcomes run(std::span<const Operation> operations);

  // Sends the call, and hands over the events of its stream as they come: on a connection of its own, and the
  // timeout is for the beginning alone. Another answer than a stream is returned as call() returns it. After
  // a stream: its head, without a body, where the listener wanted no more; a Failure where the daemon ended
  // it, or is gone.
  Answer listen(const Call& call, const Listener& listener);

 private:
  std::unique_ptr<Transport> transport_;  // none if the endpoint is bad
  Failure bad_endpoint_;
};

// For one segment of a path, or one value of a query: each byte but A-Z a-z 0-9 - . _ ~ becomes %XX. Not for
// a whole target: it would encode the slashes too.
[[nodiscard]] std::string percent_encode(std::string_view text);

}  // namespace holdfast
