// Calls as the commands make them.
#pragma once

#include <string>
#include <utility>
#include <vector>

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
  void add(std::string_view name, const std::string& value) { values_.emplace_back(name, value); }
  // In place of what was added by that name.
  void set(std::string_view name, const std::string& value) {
    std::erase_if(values_, [&](const auto& one) { return one.first == name; });
    add(name, value);
  }
  [[nodiscard]] std::string text() const {
    std::string text;
    for (const auto& [name, value] : values_)
      text += (text.empty() ? "?" : "&") + name + "=" + percent_encode(value);
    return text;
  }

 private:
  std::vector<std::pair<std::string, std::string>> values_;
};

}  // namespace holdfast::cli
