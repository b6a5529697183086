// A connection to one region that repeats a call, the same id or key each time, until it is answered for
// good.
//
// Repeated are connections that fail, 408, 429, 504, and 503 but for rights_unreachable, which is an answer
// about stock. One thread at a time.
#pragma once

#include <atomic>
#include <chrono>
#include <string>

#include "cli/json.h"
#include "holdfast/client.h"

namespace holdfast::cli::replay {

struct Reached {
  int status = 0;  // 0: no answer within the patience
  json::value body;
  std::string code;                   // of a problem; `no_answer`
  bool doubtful = false;              // it may have happened although there is no answer
  std::chrono::microseconds took{0};  // the attempt that was answered

  [[nodiscard]] bool good() const { return status / 100 == 2; }
};

class Calls {
 public:
  Calls(const std::string& url, std::chrono::milliseconds patience)
      : client_(url, {.timeout = std::chrono::seconds(10)}), patience_(patience) {}

  [[nodiscard]] Reached make(const Call& call);

 private:
  Client client_;
  std::chrono::milliseconds patience_;
  bool given_up_ = false;  // the last call had no answer: the next is tried once
};

}  // namespace holdfast::cli::replay
