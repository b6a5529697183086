// A daemon with canned answers, on a free port of loopback, in a thread of its own: it answers each request
// with what its function says, and remembers what it was asked. Connections are served one after the other.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace holdfast {

struct FakeRequest {
  std::string method;
  std::string target;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
  int connection = 0;  // counted from 1
};

struct FakeAnswer {
  enum class Then {
    keep,
    close,
    close_half_way,
    close_unanswered,
    die_unanswered,
    never_answer,
    say_more,
    never_end
  };
  int status = 200;
  std::string body = {};
  std::string content_type = "application/json";
  std::map<std::string, std::string> headers = {};
  Then then = Then::keep;
  std::string before = {};  // sent first, as it is: answers of 1xx
};

class FakeDaemon {
 public:
  using Answerer = std::function<FakeAnswer(const FakeRequest&)>;

  explicit FakeDaemon(Answerer answerer, const std::string& host = "127.0.0.1");
  ~FakeDaemon();

  [[nodiscard]] std::string endpoint() const;
  [[nodiscard]] std::vector<FakeRequest> requests() const;

 private:
  class Server;
  std::unique_ptr<Server> server_;
};

// An endpoint that nobody listens on.
[[nodiscard]] std::string unused_endpoint();

}  // namespace holdfast
