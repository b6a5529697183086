#include "cli/replay_calls.h"

#include <algorithm>
#include <thread>

namespace holdfast::cli::replay {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds first_pause{20}, longest_pause{500};

bool asks_for_patience(int status, const std::string& code) {
  return status == 408 || status == 429 || status == 504 || (status == 503 && code != "rights_unreachable");
}

bool may_have_happened(const Failure& failure) {
  return failure.kind == Failure::Kind::timed_out || failure.kind == Failure::Kind::broken;
}

}  // namespace

Reached Calls::make(const Call& call) {
  const auto until = Clock::now() + patience_;
  Reached reached;
  for (auto pause = first_pause;; pause = std::min(pause * 2, longest_pause)) {
    const auto began = Clock::now();
    const auto answer = client_.call(call);
    if (answer) {
      reached.took = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - began);
      reached.body = parse_json(answer->body).value_or(nullptr);
      reached.status = answer->status;
      reached.code = reached.good() ? "" : plain(at(reached.body, "code"));
      if (!asks_for_patience(answer->status, reached.code)) {
        reached.doubtful = given_up_ = false;
        return reached;
      }
      reached.doubtful |= answer->status == 504;
    } else {
      reached.code = "no_answer";
      reached.doubtful |= may_have_happened(answer.failure());
    }
    if (given_up_ || Clock::now() + pause > until) break;
    std::this_thread::sleep_for(pause);
  }
  given_up_ = true;
  reached.status = 0;
  return reached;
}

}  // namespace holdfast::cli::replay
