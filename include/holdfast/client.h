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
// more on a new one: every call of the API may be repeated. One thread at a time. C++20, no other headers
// needed.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace holdfast {

struct ClientOptions {
  std::chrono::milliseconds timeout{10'000};  // of a whole call: name, connection, request and answer
};

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Call {
  std::string method;
  std::string target;  // path and query, already encoded: percent_encode()
  std::string body = {};
  std::string content_type = {};  // of the body; empty: the header is left out
  Headers headers = {};
};

struct Response {
  int status = 0;
  Headers headers;
  std::string body;

  // The first header of this name, in any case; empty if there is none.
  [[nodiscard]] std::string_view header(std::string_view name) const;
};

struct Failure {
  enum class Kind {
    bad_endpoint,    // not http://host[:port]
    cannot_resolve,  // the host has no address
    refused,         // nobody listens there
    unreachable,     // no way to the host
    timed_out,       // it may have happened
    broken,  // the connection ended before the answer did, or what came was no HTTP: it may have happened
  };
  Kind kind{};
  std::string detail;  // in the system's words
};

// A response, or the reason why there is none.
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

class Transport;

class Client {
 public:
  explicit Client(std::string_view endpoint, ClientOptions options = {});  // connects at the first call
  ~Client();
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;

  Answer call(const Call& call);

 private:
  std::unique_ptr<Transport> transport_;  // none if the endpoint is bad
  Failure bad_endpoint_;
};

// One segment of a path, or one value of a query: all but A-Z a-z 0-9 - . _ ~ becomes %XX.
[[nodiscard]] std::string percent_encode(std::string_view text);

}  // namespace holdfast
