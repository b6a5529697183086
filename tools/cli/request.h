// Calls as the commands make them.
#pragma once

#include "cli/json.h"
#include "holdfast/client.h"

namespace holdfast::cli {

[[nodiscard]] inline Call get(std::string target) { return {.method = "GET", .target = std::move(target)}; }

[[nodiscard]] inline Call send(std::string method, std::string target, const json::value& body) {
  return {.method = std::move(method),
          .target = std::move(target),
          .body = written(body),
          .content_type = "application/json"};
}

[[nodiscard]] inline Call with_key(Call call, std::string key) {
  call.headers.emplace_back("Idempotency-Key", std::move(key));
  return call;
}

// A query that grows by what was given: ?limit=10&after=x
class Query {
 public:
  void add(std::string_view name, const std::string& value) {
    text_ += (text_.empty() ? "?" : "&") + std::string(name) + "=" + percent_encode(value);
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace holdfast::cli
