// The native protocol, one batch at a time.
#include "client/repeat.h"
#include "client/transport.h"
#include "holdfast/async_client.h"

namespace holdfast {
namespace {

class NativeTransport : public Transport {
 public:
  NativeTransport(const Endpoint& endpoint, ClientOptions options)
      : timeout_(options.timeout), client_("holdfast://" + endpoint.authority, {1, options.timeout}) {}

  Answer call(const Call&) override { return only_operations(); }
  Answer listen(const Call&, const Listener&) override { return only_operations(); }

  // A kept connection that the daemon has closed meanwhile is noticed only by its silence: once more.
  Outcomes run(std::span<const Operation> operations) override {
    const bool kept = std::exchange(kept_, true);
    Outcomes outcomes = attempt(operations);
    if (kept && !outcomes && outcomes.failure().kind == Failure::Kind::broken)
      return known_of(outcomes.failure(), attempt(operations));
    return outcomes;
  }

 private:
  static Failure only_operations() {
    return {Failure::Kind::bad_endpoint, "the native port takes operations only; this needs http://"};
  }

  Outcomes attempt(std::span<const Operation> operations) {
    Outcomes result = Failure{Failure::Kind::timed_out, "no answer in time"};
    client_.submit(operations, [&](const Failure* failure, std::span<const Outcome> outcomes) {
      if (failure != nullptr)
        result = *failure;
      else
        result = std::vector<Outcome>(outcomes.begin(), outcomes.end());
    });
    while (client_.under_way() > 0) client_.run_for(timeout_);
    return result;
  }

  std::chrono::milliseconds timeout_;
  AsyncClient client_;
  bool kept_ = false;
};

}  // namespace

std::unique_ptr<Transport> native_transport(const Endpoint& endpoint, ClientOptions options) {
  return std::make_unique<NativeTransport>(endpoint, options);
}

}  // namespace holdfast
