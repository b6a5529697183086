#include "cli/replay_run.h"

#include <algorithm>
#include <ranges>
#include <thread>

#include "cli/request.h"

namespace holdfast::cli::replay {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds start_patience{10'000}, heard_patience{10'000}, tick{200};

Fault fault_of(const Region& region, const Reached& reached) {
  const auto place = region.name + " (" + region.url + "): ";
  if (reached.status == 0) return {place + "no answer; is holdfastd running there?", ExitCode::unavailable};
  const auto detail = text(reached.body, "detail");
  return {place + reached.code + (detail.empty() ? "" : ": " + detail), ExitCode::failed};
}

// The stock of one region in one import; an empty text if none is for it.
std::string csv_of(const Plan& plan, std::size_t region, Event& event) {
  std::string csv;
  for (const auto& [sku, parts] : plan.stock) {
    if (parts[region] == 0) continue;
    const bool quoted = sku.find_first_of(",\"") != std::string::npos;
    std::string name = quoted ? "\"" : "";
    for (const char c : sku) name += c == '"' ? "\"\"" : std::string(1, c);
    for (auto left = parts[region]; left > 0; left -= orders::quantity_max)
      csv += name + (quoted ? "\"," : ",") + std::to_string(std::min(left, orders::quantity_max)) + "\n";
    event.lines.push_back({sku, parts[region]});
  }
  return csv.empty() ? csv : "sku,quantity\n" + csv;
}

std::int64_t rights_heard(const json::value& status) {
  std::int64_t rights = 0;
  for (const auto& region : list(status, "regions")) rights += number(region, "rights").value_or(0);
  return rights;
}

// Until every region has heard of all stock, or some seconds: a shop opens when its shelves are full.
void wait_until_heard(const Conduct& conduct, std::int64_t units) {
  const auto until = Clock::now() + heard_patience;
  for (const auto& region : conduct.regions) {
    Calls calls(region.url, start_patience);
    while (Clock::now() < until && rights_heard(calls.make(get("/v1/status")).body) < units)
      std::this_thread::sleep_for(milliseconds(50));
  }
}

struct Lane {
  Seller seller;
  std::vector<const Task*> tasks;
};

// When a task is due: the history's time, scaled to the duration.
class Pace {
 public:
  Pace(const Plan& plan, milliseconds duration) : duration_(duration) {
    if (plan.tasks.empty()) return;
    const auto [first, last] = std::ranges::minmax(plan.tasks | std::views::transform(&Task::time_s));
    first_ = first;
    span_ = std::max<std::int64_t>(last - first, 1);
  }
  void wait(const Task& task) const {
    if (duration_.count() > 0)
      std::this_thread::sleep_until(began_ +
                                    milliseconds((task.time_s - first_) * duration_.count() / span_));
  }
  [[nodiscard]] milliseconds elapsed() const {
    return std::chrono::duration_cast<milliseconds>(Clock::now() - began_);
  }

 private:
  milliseconds duration_;
  std::int64_t first_ = 0, span_ = 1;
  Clock::time_point began_ = Clock::now();
};

std::vector<Lane> lanes_of(const Plan& plan, const Conduct& conduct, AnswerLog& log) {
  std::vector<Lane> lanes;
  for (const auto& region : conduct.regions)
    for (std::size_t i = 0; i < conduct.lanes; ++i)
      lanes.push_back({Seller(region.name, region.url, conduct.patience, conduct.manner, log), {}});
  for (const auto& task : plan.tasks) lanes[task.region * conduct.lanes + task.lane].tasks.push_back(&task);
  return lanes;
}

std::string read_page(Calls& calls, const Region& region, const std::string& after, Ledgers& ledgers,
                      std::optional<Fault>& fault) {
  const auto page =
      calls.make(get("/v1/skus?limit=1000" + (after.empty() ? "" : "&after=" + percent_encode(after))));
  if (!page.good()) fault = fault_of(region, page);
  for (const auto& sku : list(page.body, "skus"))
    ledgers[plain(at(sku, "sku"))][region.name] = {
        number(sku, "purchased_here").value_or(0), number(sku, "returned_here").value_or(0),
        number(sku, "available_here").value_or(0) + number(sku, "reserved_here").value_or(0)};
  return plain(at(page.body, "next"));
}

}  // namespace

std::optional<Fault> fault_before(const Conduct& conduct) {
  for (const auto& region : conduct.regions) {
    Calls calls(region.url, std::min(start_patience, conduct.patience));
    const auto status = calls.make(get("/v1/status"));
    if (!status.good()) return fault_of(region, status);
    if (const auto name = plain(at(status.body, "region")); name != region.name)
      return Fault{region.url + " is region " + name + ", not " + region.name};
    const auto stock = calls.make(get("/v1/skus?limit=1"));
    if (!stock.good()) return fault_of(region, stock);
    if (!list(stock.body, "skus").empty())
      return Fault{region.name + " has stock already; a recount needs daemons that start empty"};
  }
  return std::nullopt;
}

std::optional<Fault> bring_in(const Plan& plan, const Conduct& conduct, AnswerLog& log) {
  std::int64_t units = 0;
  for (std::size_t i = 0; i < conduct.regions.size(); ++i) {
    const auto& region = conduct.regions[i];
    Event event{"stock", region.name, "stock-" + region.name, {}};
    auto csv = csv_of(plan, i, event);
    if (csv.empty()) continue;
    Calls calls(region.url, conduct.patience);
    const auto answer =
        calls.make(with_key({.method = "POST",
                             .target = "/v1/stock-imports?region=" + percent_encode(region.name),
                             .body = std::move(csv),
                             .content_type = "text/csv"},
                            "replay-" + event.key));
    if (!answer.good()) return fault_of(region, answer);
    if (number(answer.body, "refused") != 0)
      return Fault{region.name + " refused lines of the stock: " + written(answer.body)};
    for (const auto& line : event.lines) units += line.quantity;
    log.add(std::move(event));
  }
  wait_until_heard(conduct, units);
  return std::nullopt;
}

Result carry_out(const Plan& plan, const Conduct& conduct, AnswerLog& log) {
  auto lanes = lanes_of(plan, conduct, log);
  const Pace pace(plan, conduct.duration);
  std::atomic<std::size_t> done = 0;
  {
    std::vector<std::jthread> threads;
    for (auto& lane : lanes)
      threads.emplace_back([&lane, &pace, &done] {
        for (const auto* task : lane.tasks) {
          pace.wait(*task);
          lane.seller.perform(*task);
          ++done;
        }
      });
    while (done < plan.tasks.size()) {
      conduct.progress({done, plan.tasks.size(), pace.elapsed()});
      std::this_thread::sleep_for(tick);
    }
  }
  conduct.progress({done, plan.tasks.size(), pace.elapsed()});
  Result result;
  result.took = pace.elapsed();
  result.tallies.resize(conduct.regions.size());
  for (std::size_t i = 0; i < lanes.size(); ++i)
    result.tallies[i / conduct.lanes].add(lanes[i].seller.tally());
  return result;
}

std::optional<Fault> read_ledgers(const Conduct& conduct, Ledgers& ledgers) {
  std::optional<Fault> fault;
  for (const auto& region : conduct.regions) {
    Calls calls(region.url, std::min(start_patience, conduct.patience));
    std::string after;
    do after = read_page(calls, region, after, ledgers, fault);
    while (!after.empty() && !fault);
    if (fault) return fault;
  }
  return std::nullopt;
}

}  // namespace holdfast::cli::replay
