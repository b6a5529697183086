// The native protocol, one batch at a time.
#include "client/repeat.h"
#include "client/transport.h"
#include "holdfast/async_client.h"

namespace holdfast {
namespace {

class NativeTransport : public Transport {
 public:
  NativeTransport(const Endpoint& endpoint, ClientOptions options)
      : endpoint_("holdfast://" + endpoint.authority), timeout_(options.timeout) {}

  Answer call(const Call&) override { return only_operations(); }
  Answer listen(const Call&, const Listener&) override { return only_operations(); }

  // A kept connection that the daemon has closed meanwhile is noticed only by its silence: once more.
  Outcomes run(std::span<const Operation> operations) override {
    const auto deadline = Clock::now() + timeout_ + wait_of(operations);
    const bool kept = std::exchange(kept_, true);
    Outcomes outcomes = attempt(operations, deadline);
    if (kept && !outcomes && outcomes.failure().kind == Failure::Kind::broken)
      return known_of(outcomes.failure(), attempt(operations, deadline));
    return outcomes;
  }

 private:
  using Clock = std::chrono::steady_clock;

  static Failure only_operations() {
    return {Failure::Kind::bad_endpoint, "the native port takes operations only; this needs http://"};
  }

  // What is under way when its time is over goes with its connection.
  Outcomes attempt(std::span<const Operation> operations, Clock::time_point deadline) {
    Outcomes result = Failure{Failure::Kind::timed_out, "no answer in time"};
    client_.submit(operations, [&](const Failure* failure, std::span<const Outcome> outcomes) {
      if (failure != nullptr)
        result = *failure;
      else
        result = std::vector<Outcome>(outcomes.begin(), outcomes.end());
    });
    for (auto now = Clock::now(); client_.under_way() > 0 && now < deadline; now = Clock::now())
      client_.run_for(std::chrono::ceil<std::chrono::microseconds>(deadline - now));
    if (client_.under_way() > 0) client_ = connected_anew();
    return result;
  }

  [[nodiscard]] AsyncClient connected_anew() const { return AsyncClient(endpoint_, {1, timeout_}); }

  const std::string endpoint_;
  const std::chrono::milliseconds timeout_;
  AsyncClient client_ = connected_anew();
  bool kept_ = false;
};

}  // namespace

std::unique_ptr<Transport> native_transport(const Endpoint& endpoint, ClientOptions options) {
  return std::make_unique<NativeTransport>(endpoint, options);
}

}  // namespace holdfast
