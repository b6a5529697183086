#include "load/load.h"

#include <algorithm>
#include <thread>
#include <utility>

namespace holdfast::load {
namespace {

constexpr std::size_t stride = 7919;      // a prime: neighbours in a frame are not neighbours in memory
constexpr std::size_t stocking_max = 16;  // frames under way
constexpr std::chrono::milliseconds a_moment{1};

}  // namespace

std::uint32_t Tally::percentile_us(std::size_t per_mille) {
  if (took_us.empty()) return 0;
  std::ranges::sort(took_us);
  return took_us[std::min(took_us.size() - 1, took_us.size() * per_mille / 1000)];
}

Load::Load(const Options& options)
    : options_(options),
      client_(options.endpoint, {.connections = options.connections}),
      frame_(options.batch, operation::Reserve{.id = {}, .items = {Item{}}, .ttl = std::chrono::hours(4)}) {
  for (std::size_t sku = 0; sku < options.skus; ++sku) names_.push_back(options.named + std::to_string(sku));
}

bool Load::stock_up() {
  constexpr std::int64_t plenty = 1'000'000'000;
  Tally stocked;
  std::vector<Operation> batch;
  for (std::size_t sku = 0; sku < names_.size(); ++sku) {
    batch.push_back(operation::Adjust{names_[sku], plenty, "load", options_.prefix + "-in-" + names_[sku]});
    if (batch.size() < AsyncClient::batch_operations_max && sku + 1 < names_.size()) continue;
    client_.submit(batch, [this, &stocked](const Failure* failure, std::span<const Outcome> outcomes) {
      if (failure != nullptr) trouble_ = options_.endpoint + ": " + failure->detail;
      for (const Outcome& outcome : outcomes) count(stocked, outcome);
    });
    batch.clear();
    while (client_.under_way() >= stocking_max) client_.run_for(a_moment);
  }
  wait_for_answers();
  if (stocked.refused > 0) trouble_ = "the daemon takes no stock: overloaded";
  return trouble_.empty();
}

void Load::run() {
  began_ = last_ = Clock::now();
  ends_ = began_ + std::chrono::seconds(options_.seconds);
  is_closed_ = options_.rate == 0;
  if (is_closed_)
    run_closed();
  else
    run_open();
  wait_for_answers();
}

void Load::run_closed() {
  for (std::size_t i = 0; i < options_.connections * options_.depth; ++i) reserve(Clock::now());
}

// Those that are due, and then answers until the next is: no more at once than one a connection, or where
// more is due than can be sent nobody would listen any more. The client's timeout bounds what is under way.
void Load::run_open() {
  const std::chrono::duration<double> gap(static_cast<double>(options_.batch) /
                                          static_cast<double>(options_.rate));
  const auto due = [&](std::size_t frame) {
    return began_ + std::chrono::duration_cast<Clock::duration>(gap * static_cast<double>(frame));
  };
  for (std::size_t frame = 0; due(frame) < ends_ && trouble_.empty();) {
    const Time now = Clock::now();
    for (std::size_t sent = 0; sent < options_.connections && due(frame) <= now && due(frame) < ends_; ++sent)
      reserve(due(frame++));
    const auto until_next = std::chrono::ceil<std::chrono::microseconds>(due(frame) - Clock::now());
    if (client_.under_way() > 0)
      client_.run_for(std::max(until_next, std::chrono::microseconds(0)));
    else
      std::this_thread::sleep_until(due(frame));
  }
}

void Load::wait_for_answers() {
  while (client_.under_way() > 0) client_.run_for(std::chrono::seconds(1));
}

void Load::reserve(Time due) {
  const auto frame = static_cast<std::uint32_t>(next_id_ / options_.batch);
  for (Operation& operation : frame_) {
    auto& reserve = std::get<operation::Reserve>(operation);
    reserve.id = options_.prefix;
    reserve.id += std::to_string(next_id_);
    reserve.items[0].sku = names_[next_id_ * stride % names_.size()];
    ++next_id_;
  }
  client_.submit(frame_, [this, frame, due = since_began(due)](const Failure* failure,
                                                               std::span<const Outcome> outcomes) {
    reserved(frame, due, failure, outcomes);
  });
}

void Load::reserved(std::uint32_t frame, Moment due, const Failure* failure,
                    std::span<const Outcome> outcomes) {
  count(reservations_, due, failure, outcomes, options_.batch);
  const std::size_t first_id = frame * options_.batch;
  std::vector<Operation> batch;
  for (std::size_t i = 0; options_.purchase && i < outcomes.size(); ++i)
    if (outcomes[i].done())
      batch.push_back(operation::Purchase{options_.prefix + std::to_string(first_id + i)});
  if (batch.empty())
    go_on();
  else
    purchase(std::move(batch));
}

void Load::purchase(std::vector<Operation> batch) {
  const auto operations = static_cast<std::uint32_t>(batch.size());
  client_.submit(batch, [this, operations, due = since_began(Clock::now())](
                            const Failure* failure, std::span<const Outcome> outcomes) {
    count(purchases_, due, failure, outcomes, operations);
    go_on();
  });
}

void Load::go_on() {
  const bool enough = options_.count > 0 && next_id_ >= options_.count;
  if (is_closed_ && !enough && last_ < ends_ && trouble_.empty()) reserve(last_);
}

void Load::count(Tally& tally, Moment due, const Failure* failure, std::span<const Outcome> outcomes,
                 std::size_t operations) {
  last_ = Clock::now();
  if (failure != nullptr) {
    tally.unanswered += operations;
    if (failure->kind != Failure::Kind::timed_out) trouble_ = options_.endpoint + ": " + failure->detail;
    return;
  }
  for (const Outcome& outcome : outcomes) count(tally, outcome);
  tally.took_us.push_back((since_began(last_) - due).count());
}

// A daemon whose disk stands still for a second refuses more than it can hold: that is no fault of its own.
void Load::count(Tally& tally, const Outcome& outcome) {
  if (outcome.done() && !outcome.replayed) {
    ++tally.done;
  } else if (outcome.kind() == Code::overloaded) {
    ++tally.refused;
  } else if (outcome.kind() == Code::outcome_unknown) {
    ++tally.unanswered;
  } else {
    trouble_ = "an operation was answered " + (outcome.done() ? "as one made before" : outcome.code);
  }
}

}  // namespace holdfast::load
