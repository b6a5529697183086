// AsyncClient: many batches of operations under way at once, over native connections that are kept.
//
//   holdfast::AsyncClient client("holdfast://127.0.0.1:8422", {.connections = 4});
//   client.submit(basket, [](const holdfast::Failure* failure, std::span<const holdfast::Outcome> outcomes) {
//     if (failure == nullptr) use(outcomes);
//   });
//   while (client.under_way() > 0) client.run_for(std::chrono::milliseconds(100));
//
// The operations of a batch are decided in their order; batches are answered in any. A batch without an
// answer (Failure) may have been done, also in part: submit it again under the same ids and keys. A
// connection that ended is made anew by the next batch. One thread at a time: callbacks run within run_for(),
// and may submit, but neither run_for() nor end the client; what one submits that was told an answer goes
// where that came from, so that what follows many answers is sent together. What one throws comes out of
// run_for(), and the next run_for() goes on with the others. C++20, no other headers needed but those of this
// folder.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string_view>

#include "holdfast/client.h"

namespace holdfast {

struct AsyncOptions {
  std::size_t connections = 1;                // batches take turns over them, but for those of callbacks
  std::chrono::milliseconds timeout{10'000};  // of a batch, connecting included; its `wait` is added
};

class AsyncClient {
 public:
  // Without a failure, as many outcomes as there were operations; they live as long as the call.
  using Done = std::function<void(const Failure*, std::span<const Outcome>)>;

  // endpoint: holdfast://HOST:PORT, IPv6 in brackets. Never fails and does not connect.
  explicit AsyncClient(std::string_view endpoint, AsyncOptions options = {});
  ~AsyncClient();  // what is under way is given up, without a callback
  AsyncClient(AsyncClient&&) noexcept;
  AsyncClient& operator=(AsyncClient&&) noexcept;

  // Up to batch_operations_max operations, which are copied. Of more, and of a batch that is more than 4 MiB
  // as it is sent, each is refused (`validation_failed`, `body_too_large`) and nothing is sent; of none there
  // is no outcome, and nobody is asked.
  void submit(std::span<const Operation> batch, Done done);
  // Sends, receives and calls back, until nothing is under way, or for so long; with 0, what can be done now.
  void run_for(std::chrono::microseconds span);
  [[nodiscard]] std::size_t under_way() const;  // batches

  static constexpr std::size_t batch_operations_max = 1024;

 private:
  class Connections;
  std::unique_ptr<Connections> connections_;
};

}  // namespace holdfast
