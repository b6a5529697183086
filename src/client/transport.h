// What carries calls and operations to the daemon, and what becomes of them back: over HTTP, or over the
// native protocol, which knows operations only.
#pragma once

#include "client/endpoint.h"
#include "holdfast/client.h"

namespace holdfast {

class Transport {
 public:
  virtual ~Transport() = default;
  virtual Answer call(const Call& call) = 0;
  virtual Answer listen(const Call& call, const Listener& listener) = 0;
  virtual Outcomes run(std::span<const Operation> operations) = 0;
};

// What a daemon may take beyond the timeout: an operation that is sent alone may wait for units.
[[nodiscard]] std::chrono::milliseconds wait_of(std::span<const Operation> operations);

[[nodiscard]] std::unique_ptr<Transport> http_transport(Endpoint endpoint, ClientOptions options);
[[nodiscard]] std::unique_ptr<Transport> native_transport(const Endpoint& endpoint, ClientOptions options);

}  // namespace holdfast
