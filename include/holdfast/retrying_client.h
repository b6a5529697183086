// RetryingClient: sells in a region of its own, asks again until there is an answer, and in another region
// when its own is gone.
//
//   RetryingClient shop({"http://eu:8420", "http://us:8420"});
//   const Outcome outcome = shop.run(operation::Reserve{.id = "cart-1", .items = {{"tea", 2}}});
//   switch (outcome.kind()) {
//     case Code::done: ...
//     case Code::sold_out: ...
//
// Again: whatever got no answer, or one that only speaks of the daemon (overloaded, starting, draining,
// disk_full, fenced, request_timeout, outcome_unknown), goes out again under the same id, so that it happens
// once; after a pause that doubles and is drawn at random, and never before the Retry-After of the daemon
// that it is for. What cannot wait for that within the deadline is given up at once.
//
// Its region: the first endpoint. One without a sound word for `fail_over_after` is down, and new
// reservations go to the next that is not, until `home_again_after` is over. One that says itself that it is
// starting, draining, fenced, or that its disk is full, is down at once, until its Retry-After is over too.
// One that had been asked for in the region that is down is asked for under another id there ("cart-1_1"),
// with `replaces` naming the first: if both endpoints turn out to be one region it is moved and not made
// twice. If they are two, the one left behind is released as soon as its region is heard again, or expires.
// The caller goes on calling it by its own id; place_of() says where it is. Nothing else is ever failed over:
// what is asked of a reservation is asked where that was made, and stock comes in at the first endpoint. A
// reservation whose purchase was sent stays where it is, also when it is asked for again, unless the answer
// said that it was not made: it may be sold there. Of the newest 100,000 purchases that is known to the
// client that sent them, and to no other: what two clients ask for, or one before and one after a restart,
// may be sold in two regions if the first is lost in between.
//
// One thread at a time. C++20, no other headers needed but those of this folder.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "holdfast/client.h"

namespace holdfast {

struct RetryOptions {
  std::chrono::milliseconds deadline{10'000};  // of a run(), all attempts and pauses included
  // Of an attempt, at most the deadline; a `wait` is added, until the deadline. None is begun that may
  // outlast that: where there is no time for two, nothing is asked again.
  std::chrono::milliseconds attempt_timeout{2'000};
  std::chrono::milliseconds first_pause{20};          // a pause is between a half and the whole of this,
  std::chrono::milliseconds longest_pause{2'000};     // doubled with each, up to this
  std::chrono::milliseconds fail_over_after{2'000};   // without a sound word from a region
  std::chrono::milliseconds home_again_after{5'000};  // when one that was down is tried again
  // insufficient_here, all_reserved and rights_unreachable are asked again too
  bool until_units_come = false;
  std::uint64_t seed = 0;    // of the pauses; 0: another one each time
  std::string ca_file = {};  // as ClientOptions
};

// Where a reservation is: which endpoint, and under which id there.
struct Place {
  std::size_t endpoint = 0;
  std::string id;
  unsigned moves = 0;  // how often it was failed over
  bool operator==(const Place&) const = default;
};

class RetryingClient {
 public:
  // The own region first; each as of Client. Without one, everything is `unreachable`.
  explicit RetryingClient(const std::vector<std::string>& endpoints, RetryOptions options = {});
  ~RetryingClient();
  RetryingClient(RetryingClient&&) noexcept;
  RetryingClient& operator=(RetryingClient&&) noexcept;

  // Up to 1000 operations, decided in their order where they go to one region: an outcome of each, in the
  // same order. What has none by the deadline is `outcome_unknown`, or `unreachable` if nobody was asked.
  [[nodiscard]] std::vector<Outcome> run(std::span<const Operation> operations);
  [[nodiscard]] Outcome run(const Operation& operation);

  // Of a reservation of the caller's: { 0, id } unless it was made elsewhere. The newest 100,000 of those are
  // remembered here; a caller that wants them back after a restart keeps what place_of() said. remember()
  // throws std::out_of_range where there is no such endpoint: asked for elsewhere, it might be sold twice.
  [[nodiscard]] Place place_of(std::string_view id) const;
  void remember(std::string_view id, Place place);

 private:
  class Shell;
  std::unique_ptr<Shell> shell_;
};

// The same with many batches under way, over the native protocol (AsyncClient).
class RetryingAsyncClient {
 public:
  using Done = std::function<void(std::span<const Outcome>)>;  // they live as long as the call

  explicit RetryingAsyncClient(const std::vector<std::string>& endpoints, RetryOptions options = {},
                               std::size_t connections = 1);  // to each endpoint
  ~RetryingAsyncClient();  // what is under way is given up, without a callback
  RetryingAsyncClient(RetryingAsyncClient&&) noexcept;
  RetryingAsyncClient& operator=(RetryingAsyncClient&&) noexcept;

  void submit(std::span<const Operation> batch, Done done);
  // Sends, receives, waits and calls back, until nothing is under way, or for so long; with 0, what can be
  // done now. Callbacks may submit, but neither run_for() nor end the client. What one throws comes out of
  // here, and the next run_for() goes on with the others.
  void run_for(std::chrono::milliseconds span);
  [[nodiscard]] std::size_t under_way() const;  // batches

  [[nodiscard]] Place place_of(std::string_view id) const;
  void remember(std::string_view id, Place place);

 private:
  class Shell;
  std::unique_ptr<Shell> shell_;
};

}  // namespace holdfast
