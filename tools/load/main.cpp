// holdfast-load: how many reservations a second a daemon makes over its native port. Each has an id of its
// own; so many batches are under way at any time, and the next goes out when one is answered (closed loop).
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "holdfast/async_client.h"

namespace {

using namespace holdfast;
using Clock = std::chrono::steady_clock;

struct Options {
  std::string endpoint;
  std::string prefix = "l";
  std::size_t skus = 1;
  std::size_t connections = 4;
  std::size_t batch = 256;
  std::size_t depth = 4;  // batches under way on each connection
  int seconds = 5;
};

std::string sku_name(std::size_t number) { return "sku-" + std::to_string(number); }

class Load {
 public:
  explicit Load(const Options& options)
      : options_(options), client_(options.endpoint, {.connections = options.connections}) {
    for (std::size_t sku = 0; sku < options.skus; ++sku) names_.push_back(sku_name(sku));
  }

  // So much of every SKU that nothing runs out. False: it failed, and says why.
  bool stock_up() {
    constexpr std::int64_t plenty = 1'000'000'000;
    std::vector<Operation> batch;
    for (std::size_t sku = 0; sku < options_.skus; ++sku) {
      batch.push_back(operation::Adjust{names_[sku], plenty, "load", options_.prefix + "-in-" + names_[sku]});
      if (batch.size() == AsyncClient::batch_operations_max || sku + 1 == options_.skus) send_stock(batch);
    }
    while (client_.under_way() > 0) client_.run_for(std::chrono::seconds(1));
    return failure_.empty() && other_ == 0;
  }

  void run() {
    began_ = Clock::now();
    ends_ = began_ + std::chrono::seconds(options_.seconds);
    slots_.resize(options_.connections * options_.depth);
    for (std::size_t slot = 0; slot < slots_.size(); ++slot) send(slot);
    while (client_.under_way() > 0) client_.run_for(std::chrono::seconds(1));
  }

  int report() {
    if (!failure_.empty()) std::fprintf(stderr, "holdfast-load: %s\n", failure_.c_str());
    const double seconds = std::chrono::duration<double>(last_ - began_).count();
    std::ranges::sort(took_us_);
    const auto at = [&](std::size_t per_mille) {
      return took_us_.empty() ? 0U
                              : took_us_[std::min(took_us_.size() - 1, took_us_.size() * per_mille / 1000)];
    };
    std::printf("reserved %zu\nrefused %zu\nother %zu\nrate %.0f\np50_us %u\np99_us %u\np999_us %u\n",
                reserved_, refused_, other_, seconds > 0 ? static_cast<double>(reserved_) / seconds : 0,
                at(500), at(990), at(999));
    return failure_.empty() && other_ == 0 ? 0 : 1;
  }

 private:
  struct Slot {
    std::vector<Operation> batch;
    Clock::time_point sent;
  };

  void send_stock(std::vector<Operation>& batch) {
    client_.submit(batch, [this](const Failure* failure, std::span<const Outcome> outcomes) {
      if (failure != nullptr) failure_ = failure->detail;
      for (const Outcome& outcome : outcomes) other_ += outcome.done() ? 0 : 1;
    });
    batch.clear();
  }

  // Operations are made once, and only their ids and SKUs change: texts keep their memory.
  void send(std::size_t number) {
    Slot& slot = slots_[number];
    slot.batch.resize(options_.batch,
                      operation::Reserve{.id = {}, .items = {Item{}}, .ttl = std::chrono::hours(4)});
    for (Operation& operation : slot.batch) {
      auto& reserve = std::get<operation::Reserve>(operation);
      reserve.id = options_.prefix;
      reserve.id += std::to_string(next_id_);
      reserve.items[0].sku = names_[next_id_ * stride % names_.size()];
      ++next_id_;
    }
    slot.sent = Clock::now();
    client_.submit(slot.batch, [this, number](const Failure* failure, std::span<const Outcome> outcomes) {
      answered(number, failure, outcomes);
    });
  }

  void answered(std::size_t number, const Failure* failure, std::span<const Outcome> outcomes) {
    if (failure != nullptr) failure_ = failure->detail;
    for (const Outcome& outcome : outcomes) count(outcome);
    last_ = Clock::now();
    const auto took = std::chrono::duration_cast<std::chrono::microseconds>(last_ - slots_[number].sent);
    took_us_.push_back(static_cast<std::uint32_t>(took.count()));
    if (last_ < ends_ && failure_.empty()) send(number);
  }

  // A daemon whose disk stands still for a second refuses more than it can hold: that is no fault of its own.
  void count(const Outcome& outcome) {
    if (outcome.done() && outcome.created) {
      ++reserved_;
    } else if (outcome.code == "overloaded") {
      ++refused_;
    } else {
      ++other_;
      failure_ = "a reservation was answered " + (outcome.done() ? "as one made before" : outcome.code);
    }
  }

  static constexpr std::size_t stride =
      7919;  // a prime, so that neighbours in a batch are not neighbours in memory

  Options options_;
  AsyncClient client_;
  std::vector<std::string> names_;
  std::vector<Slot> slots_;
  std::size_t next_id_ = 0;
  std::size_t reserved_ = 0;
  std::size_t refused_ = 0;  // as overloaded
  std::size_t other_ = 0;
  std::string failure_;
  std::vector<std::uint32_t> took_us_;
  Clock::time_point began_;
  Clock::time_point ends_;
  Clock::time_point last_;
};

}  // namespace

int main(int count, char** arguments) {
  Options options;
  CLI::App app("Reserves one unit an operation over the native protocol, as fast as the daemon answers.");
  app.add_option("endpoint", options.endpoint, "holdfast://HOST:PORT")->required();
  app.add_option("--prefix", options.prefix,
                 "of the ids, at most 32 characters; one that was not used before");
  app.add_option("--skus", options.skus, "how many products")->check(CLI::Range(1, 10'000'000));
  app.add_option("--connections", options.connections)->check(CLI::Range(1, 4096));
  app.add_option("--batch", options.batch, "operations a frame")->check(CLI::Range(1, 1024));
  app.add_option("--depth", options.depth, "frames under way on a connection")->check(CLI::Range(1, 64));
  app.add_option("--seconds", options.seconds)->check(CLI::Range(1, 3600));
  try {
    app.parse(count, arguments);
  } catch (const CLI::CallForHelp& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& error) {
    std::fprintf(stderr, "holdfast-load: %s (--help says more)\n", error.what());
    return 2;
  }
  Load load(options);
  if (load.stock_up()) load.run();
  return load.report();
}
