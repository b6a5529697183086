// What carries a call to the daemon and its answer back. The one transport so far speaks HTTP; it is made by
// http_transport.cpp, which alone knows Boost.
#pragma once

#include "client/endpoint.h"
#include "holdfast/client.h"

namespace holdfast {

class Transport {
 public:
  virtual ~Transport() = default;
  virtual Answer call(const Call& call) = 0;
  virtual Answer listen(const Call& call, const Listener& listener) = 0;
};

[[nodiscard]] std::unique_ptr<Transport> http_transport(Endpoint endpoint, ClientOptions options);

}  // namespace holdfast
