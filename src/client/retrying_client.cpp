// Carries errands out one after the other: the only thing here that sleeps.
#include "holdfast/retrying_client.h"

#include <thread>
#include <utility>

#include "client/endpoint.h"
#include "client/errand.h"

namespace holdfast {

using Clock = std::chrono::steady_clock;

class RetryingClient::Shell {
 public:
  Shell(const std::vector<std::string>& endpoints, RetryOptions options)
      : regions_(endpoints.size(), std::move(options)) {
    for (const std::string& endpoint : endpoints)
      clients_.emplace_back(endpoint,
                            ClientOptions{regions_.options().attempt_timeout, regions_.options().ca_file});
  }

  std::vector<Outcome> run(std::span<const Operation> operations) {
    Errand errand(regions_, operations, Clock::now());
    while (!errand.is_settled()) {
      std::this_thread::sleep_until(errand.due());
      const Attempt attempt = errand.next(Clock::now());
      const Outcomes outcomes = clients_[attempt.region].run(attempt.operations);
      if (outcomes)
        errand.answered(attempt, *outcomes, Clock::now());
      else
        errand.failed(attempt, outcomes.failure(), Clock::now());
    }
    return errand.outcomes();
  }

  KnownRegions& regions() { return regions_; }

 private:
  KnownRegions regions_;
  std::vector<Client> clients_;  // one of each
};

RetryingClient::RetryingClient(const std::vector<std::string>& endpoints, RetryOptions options)
    : shell_(std::make_unique<Shell>(at_least_one(endpoints), std::move(options))) {}
RetryingClient::~RetryingClient() = default;
RetryingClient::RetryingClient(RetryingClient&&) noexcept = default;
RetryingClient& RetryingClient::operator=(RetryingClient&&) noexcept = default;

std::vector<Outcome> RetryingClient::run(std::span<const Operation> operations) {
  return shell_->run(operations);
}
Outcome RetryingClient::run(const Operation& operation) { return shell_->run({&operation, 1}).front(); }
Place RetryingClient::place_of(std::string_view id) const { return shell_->regions().place_of(id); }
void RetryingClient::remember(std::string_view id, Place place) {
  shell_->regions().place(id, std::move(place));
}

}  // namespace holdfast
