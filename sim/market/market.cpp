#include "sim/market/market.h"

#include <chrono>
#include <memory>

#include "sim/market/floor.h"

namespace holdfast::sim {
namespace {

using namespace std::chrono_literals;

constexpr double jitter = 0.05;
constexpr Micros last_answers_within = 15s;  // after the last shopper
constexpr Micros quiet_after = 20s, quiet_for = 10s;
constexpr Micros looks_every = 10ms, looks_for = 120s;  // whether all has converged

void cut(Paths& paths, const Cut& cut, bool is_cut) {
  for (const auto& [a, b] : cut.pairs) paths.set_cut_both(a, b, is_cut);
}

class Run {
 public:
  Run(const MarketRun& run, Script script, Spectator& spectator)
      : scenario_(run.scenario),
        spectator_(spectator),
        streams_(run.seed),
        stage_(run.trace),
        paths_(scenario_.regions, scenario_.round_trips, jitter, streams_.stream("paths")),
        policy_(make_policy(run.policy, {stage_, paths_, script.placement.front().size(),
                                         streams_.fork("policy"), run.node})),
        watch_(script.placement.front().size(),
               script.partial ? Watch::Content::parts : Watch::Content::whole, soonest_ways(paths_)),
        floor_({scenario_, queue_, paths_, *policy_, watch_, spectator_,
                run.waiting == Waiting::yes ? scenario_.patience() : Micros(0), streams_},
               std::move(script)) {}

  Measures all() {
    open();
    const auto begins = queue_.now();
    const auto before = policy_->traffic();
    plan_cuts(begins);
    plan_samples(begins);
    floor_.open();
    while (queue_.now() < begins + scenario_.duration && !floor_.all_gone() && queue_.run_next()) {
    }
    floor_.close();
    const auto after = policy_->traffic();
    if (!has_heal()) look_for_convergence();
    finish_answers();
    auto measures = watch_.measures(queue_.now());
    add_traffic(before, after, policy_->traffic(), measures);
    queue_.run_until(std::max(queue_.now(), converged_looked_until_));
    if (converged_after_) measures.converge_ms = milliseconds(*converged_after_);
    if (after.bytes) measures.idle_bytes_per_s = idle_bytes_per_s();
    return measures;
  }

 private:
  static double milliseconds(Micros time) { return static_cast<double>(time.count()) / 1000; }

  void open() {
    for (const auto& always : scenario_.cuts)
      if (always.from == SimTime{} && !always.to) cut(paths_, always, true);
    bool ready = false;
    floor_.stock();
    policy_->open(floor_.placement(), [&ready] { ready = true; });
    while (!ready && queue_.run_next()) {
    }
  }

  [[nodiscard]] bool has_heal() const {
    return std::ranges::any_of(scenario_.cuts, [](const Cut& cut) { return cut.to.has_value(); });
  }

  void plan_cuts(SimTime begins) {
    std::optional<SimTime> last_heal;
    for (const auto& planned : scenario_.cuts) {
      if (planned.from == SimTime{} && !planned.to) continue;
      queue_.at(begins + planned.from.time_since_epoch(), [this, &planned] { cut(paths_, planned, true); });
      if (!planned.to) continue;
      const auto heals = begins + planned.to->time_since_epoch();
      queue_.at(heals, [this, &planned] { cut(paths_, planned, false); });
      last_heal = std::max(last_heal.value_or(heals), heals);
    }
    if (last_heal) queue_.at(*last_heal, [this] { look_for_convergence(); });
  }

  void plan_samples(SimTime begins) {
    for (int i = 0; i <= samples; ++i) {
      const auto since = scenario_.duration * i / samples;
      queue_.at(begins + since, [this, since] {
        if (floor_.is_open()) spectator_.sample(since, *policy_);
      });
    }
  }

  void look_for_convergence() {
    policy_->mark();
    marked_ = queue_.now();
    if (!policy_->mark_is_known()) return;
    converged_looked_until_ = queue_.now() + looks_for;
    look();
  }
  void look() {
    if (policy_->mark_is_known().value_or(true)) {
      converged_after_ = queue_.now() - marked_;
      converged_looked_until_ = queue_.now();
    } else if (queue_.now() < converged_looked_until_) {
      queue_.after(looks_every, [this] { look(); });
    }
  }

  void finish_answers() {
    const auto until = queue_.now() + std::max(last_answers_within,
                                               policy_->retries().every * (policy_->retries().times + 1));
    while (floor_.outstanding() > 0 && queue_.now() < until && queue_.run_next()) {
    }
  }

  void add_traffic(const Traffic& before, const Traffic& open, const Traffic& after, Measures& measures) {
    if (measures.sales == 0) return;
    const auto sales = static_cast<double>(measures.sales);
    if (!after.units_between.empty()) {
      measures.transfers_per_1k_sales =
          1000 * static_cast<double>(after.transfers - before.transfers) / sales;
      measures.units_moved_per_unit_sold =
          static_cast<double>(after.units - before.units) / static_cast<double>(measures.units_sold);
    }
    if (open.bytes && before.bytes)
      measures.bytes_per_sale = static_cast<double>(*open.bytes - *before.bytes) / sales;
  }

  Figure idle_bytes_per_s() {
    queue_.run_until(queue_.now() + quiet_after);
    const auto before = *policy_->traffic().bytes;
    queue_.run_until(queue_.now() + quiet_for);
    return static_cast<double>(*policy_->traffic().bytes - before) / (milliseconds(quiet_for) / 1000);
  }

  const Scenario& scenario_;
  Spectator& spectator_;
  Streams streams_;
  Stage stage_;
  EventQueue& queue_ = stage_.queue;
  Paths paths_;
  std::unique_ptr<StockPolicy> policy_;
  Watch watch_;
  Floor floor_;
  SimTime marked_{}, converged_looked_until_{};
  std::optional<Micros> converged_after_;
};

}  // namespace

void Spectator::sample(Micros, StockPolicy&) {}
void Spectator::told(Micros, const Watch::Told&) {}

Measures run_market(const MarketRun& run, Spectator* spectator) {
  return run_script(run, draw_script(run.scenario, Streams(run.seed)), spectator);
}

Measures run_script(const MarketRun& run, Script script, Spectator* spectator) {
  Spectator nobody;
  return Run(run, std::move(script), spectator ? *spectator : nobody).all();
}

}  // namespace holdfast::sim
