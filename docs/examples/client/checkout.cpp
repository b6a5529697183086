// Reserve, pay, purchase, with the client library.
// HOLDFAST=http://127.0.0.1:8420 checkout CART ORDER SKU QUANTITY; holdfast://HOST:PORT is the native
// protocol.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>
#include <thread>

#include "holdfast/client.h"

using namespace std::chrono_literals;
namespace operation = holdfast::operation;

// Another try can help after these, and after no answer at all, when it may have happened.
bool again(std::string_view code) {
  constexpr std::array<std::string_view, 9> codes{
      "insufficient_here", "all_reserved", "rights_unreachable", "overloaded",     "starting",
      "draining",          "disk_full",    "request_timeout",    "outcome_unknown"};
  return std::ranges::find(codes, code) != codes.end();
}

// The same id is sent again and again: it happens once.
holdfast::Outcome call(holdfast::Client& region, const holdfast::Operation& asked) {
  for (const auto deadline = std::chrono::steady_clock::now() + 20s;;) {
    const holdfast::Outcomes answer = region.run({&asked, 1});
    holdfast::Outcome outcome;
    outcome.code = "outcome_unknown";
    if (answer) outcome = (*answer)[0];
    const auto pause = outcome.retry_after > 0ms ? outcome.retry_after : 500ms;
    if (!again(outcome.code) || std::chrono::steady_clock::now() + pause > deadline) return outcome;
    std::this_thread::sleep_for(pause);
  }
}

int main(int count, char** words) {
  if (count != 5) return std::cerr << "usage: checkout CART ORDER SKU QUANTITY\n", 2;
  const std::string cart = words[1];
  const char* endpoint = std::getenv("HOLDFAST");
  holdfast::Client region(endpoint != nullptr ? endpoint : "http://127.0.0.1:8420", {.timeout = 15s});

  const auto reserved = call(
      region, operation::Reserve{.id = cart, .items = {{words[3], std::stoll(words[4])}}, .wait = 2000ms});
  if (!reserved.done()) return std::cout << "not sold: " << reserved.code << '\n', 0;
  // Here the shopper pays. If that fails: call(region, operation::Release{cart})
  const auto sold = call(region, operation::Purchase{.id = cart, .order = words[2]});
  std::cout << (sold.done() ? "sold: purchased" : "not sold, pay back: " + sold.code) << '\n';
}
