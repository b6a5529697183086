// Carries many errands out at once, each with one attempt under way at a time, on one io_context.
#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <list>
#include <utility>

#include "client/countable.h"
#include "client/errand.h"
#include "client/native_connection.h"
#include "holdfast/retrying_client.h"

namespace holdfast {

namespace {

constexpr std::chrono::milliseconds look_each{10};  // for errands that are due

}  // namespace

class RetryingAsyncClient::Shell {
 public:
  Shell(const std::vector<std::string>& endpoints, RetryOptions options, std::size_t connections)
      : regions_(endpoints.size(), std::move(options)), ways_(endpoints.size()) {
    for (std::size_t i = 0; i < endpoints.size(); ++i) {
      const auto place = parse_endpoint(endpoints[i]);
      if (!place || place->scheme != Scheme::native) {
        ways_[i].why_none = why_not_native(endpoints[i]);
        continue;
      }
      for (std::size_t n = 0; n < std::max<std::size_t>(connections, 1); ++n)
        ways_[i].connections.push_back(
            std::make_shared<NativeConnection>(together_, *place, regions_.options().attempt_timeout));
    }
  }
  ~Shell() {
    for (const auto& way : ways_)
      for (const auto& connection : way.connections) connection->close();
  }

  void submit(std::span<const Operation> batch, Done done) {
    under_way_.push_back({Errand(regions_, batch, Clock::now()), std::move(done)});
  }

  void run_for(std::chrono::milliseconds span) {
    auto now = Clock::now();
    const auto end = now + countable(span);
    do {
      begin_due(now);
      tell_settled();
      if (under_way_.empty()) return;
      together_.io.restart();
      together_.io.run_one_until(std::min(end, now + look_each));
      together_.io.poll();
      now = Clock::now();
    } while (now < end);
    tell_settled();
  }

  [[nodiscard]] std::size_t under_way() const { return under_way_.size(); }
  KnownRegions& regions() { return regions_; }

 private:
  using Clock = std::chrono::steady_clock;
  struct Task {
    Errand errand;
    Done done;
    bool is_sent = false;
  };
  using Tasks = std::list<Task>;
  struct Way {
    std::vector<std::shared_ptr<NativeConnection>> connections;  // none: it is no endpoint
    std::string why_none;
  };

  void begin_due(Time now) {
    for (auto task = under_way_.begin(); task != under_way_.end(); ++task)
      if (!task->is_sent && !task->errand.is_settled() && task->errand.due() <= now) begin(*task, now);
  }

  void begin(Task& task, Time now) {
    auto attempt = std::make_shared<const Attempt>(task.errand.next(now));
    const auto& [way, why_none] = ways_[attempt->region];
    if (way.empty()) return task.errand.failed(*attempt, {Failure::Kind::bad_endpoint, why_none}, now);
    task.is_sent = true;
    way[next_++ % way.size()]->submit(
        attempt->operations, [&task, attempt](const Failure* failure, std::span<const Outcome> outcomes) {
          task.is_sent = false;
          if (failure != nullptr)
            task.errand.failed(*attempt, *failure, Clock::now());
          else
            task.errand.answered(*attempt, outcomes, Clock::now());
        });
  }

  // Out of the list before it is told: a callback may submit.
  void tell_settled() {
    for (auto task = under_way_.begin(); task != under_way_.end();) {
      const auto settled = task++;
      if (settled->is_sent || !settled->errand.is_settled()) continue;
      Tasks told;
      told.splice(told.begin(), under_way_, settled);
      told.front().done(told.front().errand.outcomes());
    }
  }

  KnownRegions regions_;
  Together together_;
  // So that it waits also where nothing is under way on a connection, as in the pause of an errand.
  const boost::asio::executor_work_guard<boost::asio::io_context::executor_type> waits_{
      together_.io.get_executor()};
  std::vector<Way> ways_;  // to each region
  Tasks under_way_;
  std::size_t next_ = 0;
};

RetryingAsyncClient::RetryingAsyncClient(const std::vector<std::string>& endpoints, RetryOptions options,
                                         std::size_t connections)
    : shell_(std::make_unique<Shell>(at_least_one(endpoints), std::move(options), connections)) {}
RetryingAsyncClient::~RetryingAsyncClient() = default;
RetryingAsyncClient::RetryingAsyncClient(RetryingAsyncClient&&) noexcept = default;
RetryingAsyncClient& RetryingAsyncClient::operator=(RetryingAsyncClient&&) noexcept = default;

void RetryingAsyncClient::submit(std::span<const Operation> batch, Done done) {
  shell_->submit(batch, std::move(done));
}
void RetryingAsyncClient::run_for(std::chrono::milliseconds span) { shell_->run_for(span); }
std::size_t RetryingAsyncClient::under_way() const { return shell_->under_way(); }
Place RetryingAsyncClient::place_of(std::string_view id) const { return shell_->regions().place_of(id); }
void RetryingAsyncClient::remember(std::string_view id, Place place) {
  shell_->regions().place(id, std::move(place));
}

}  // namespace holdfast
