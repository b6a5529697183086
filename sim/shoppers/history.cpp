#include "sim/shoppers/history.h"

#include <algorithm>

namespace holdfast::sim {
namespace {

using orders::Task;

std::string published_name(const std::string& region) {
  if (region == "eu") return "IRE";
  if (region == "us") return "NVA";
  return region == "ap" ? "TYO" : region;
}

class Translation {
 public:
  Translation(const orders::Plan& plan, std::size_t regions, Micros duration) : duration_(duration) {
    result_.units_wanted.assign(regions, 0);
    result_.script.placement.assign(regions, {});
    for (const auto& [sku, units] : plan.stock) {
      numbers_.emplace(sku, static_cast<std::uint32_t>(numbers_.size()));
      for (std::size_t region = 0; region < regions; ++region)
        result_.script.placement[region].push_back(units[region]);
    }
    if (plan.tasks.empty()) return;
    const auto [first, last] = std::ranges::minmax_element(plan.tasks, {}, &Task::time_s);
    first_ = first->time_s;
    span_ = std::max<std::int64_t>(last->time_s - first_, 1);
  }

  void add(const Task& task) {
    const auto goods = basket_of(task);
    if (goods.empty()) return;
    if (task.kind == Task::Kind::take_back)
      result_.script.brought_back.push_back({time_of(task), task.region, task.customer, goods.front()});
    else
      add_arrival(task, goods);
  }

  HistoryScript finish() {
    std::ranges::stable_sort(result_.script.arrivals, {}, &Arrival::at);
    std::ranges::stable_sort(result_.script.brought_back, {}, &BroughtBack::at);
    return std::move(result_);
  }

 private:
  void add_arrival(const Task& task, const Basket& goods) {
    Fate fate;
    if (task.kind == Task::Kind::write_off)
      fate.end = Fate::End::writes_off;
    else
      for (const auto& line : goods) result_.units_wanted[task.region] += line.quantity;
    result_.script.arrivals.push_back({time_of(task), task.region, goods, fate, task.customer});
  }

  [[nodiscard]] SimTime time_of(const Task& task) const {
    const double share = static_cast<double>(task.time_s - first_) / static_cast<double>(span_ + 1);
    return SimTime(Micros(static_cast<std::int64_t>(share * static_cast<double>(duration_.count()))));
  }

  // Lines of one SKU are summed; what was never for sale is left out.
  [[nodiscard]] Basket basket_of(const Task& task) const {
    Basket basket;
    for (const auto& line : task.lines) {
      const auto number = numbers_.find(line.sku);
      if (number == numbers_.end()) continue;
      const auto same = std::ranges::find(basket, number->second, &BasketLine::sku);
      if (same == basket.end())
        basket.push_back({number->second, line.quantity});
      else
        same->quantity += line.quantity;
    }
    return basket;
  }

  Micros duration_;
  std::int64_t first_ = 0, span_ = 1;
  std::map<std::string, std::uint32_t> numbers_;
  HistoryScript result_;
};

}  // namespace

HistoryScript script_of(const orders::Plan& plan, std::size_t regions, Micros duration) {
  Translation translation(plan, regions, duration);
  for (const auto& task : plan.tasks) translation.add(task);
  return translation.finish();
}

Scenario scenario_of(const std::string& name, const orders::RegionMap& map, std::size_t skus,
                     Micros duration) {
  Scenario scenario;
  scenario.name = name;
  scenario.regions = map.regions();
  std::vector<std::string> published;
  for (const auto& region : scenario.regions) published.push_back(published_name(region));
  scenario.round_trips = published_round_trips(published);
  scenario.duration = duration;
  scenario.stock.skus = skus;
  return scenario;
}

void add_outage(const Outage& outage, Scenario& scenario, Script& script) {
  Cut cut{outage.from, outage.to, {}};
  for (std::size_t other = 0; other < scenario.regions.size(); ++other)
    if (other != outage.region) cut.pairs.emplace_back(outage.region, other);
  scenario.cuts.push_back(std::move(cut));
  if (!outage.is_down) return;
  const auto put_off = [&outage](auto& all) {
    for (auto& one : all)
      if (one.region == outage.region && one.at >= outage.from && one.at < outage.to) one.at = outage.to;
    std::ranges::stable_sort(all, {}, [](const auto& one) { return one.at; });
  };
  put_off(script.arrivals);
  put_off(script.brought_back);
}

}  // namespace holdfast::sim
