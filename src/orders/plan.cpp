#include "orders/plan.h"

#include <algorithm>
#include <numeric>
#include <regex>
#include <set>

#include "text/whole.h"

namespace holdfast::orders {
namespace {

constexpr std::size_t name_chars_max = 56;  // the rest of an id's 64 is for o- and -2
constexpr std::size_t reservation_skus_max = 1000;
constexpr std::int64_t share_max = 1'000'000;

bool is_id_character(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

bool is_name(std::string_view order) {
  return order.size() <= name_chars_max && std::ranges::all_of(order, is_id_character);
}

// What an order is called in ids: itself, or its characters that ids may have, with one - for those between,
// and of a long one its end.
std::string name_of(const std::string& order) {
  if (is_name(order)) return order;
  std::string name;
  bool between = false;
  for (const char c : order) {
    if (is_id_character(c)) {
      if (between && !name.empty()) name += '-';
      name += c;
    }
    between = !is_id_character(c);
  }
  if (name.empty()) return "order";
  return name.size() > name_chars_max ? name.substr(name.size() - name_chars_max) : name;
}

// Whether a reservation may still hold this line.
bool fits(const Task& task, const OrderLine& line) {
  std::set<std::string_view> skus{line.sku};
  auto units = line.quantity;
  for (const auto& other : task.lines) {
    skus.insert(other.sku);
    if (other.sku == line.sku) units += other.quantity;
  }
  return skus.size() <= reservation_skus_max && units <= quantity_max;
}

class Planner {
 public:
  Planner(const RegionMap& map, const Settings& settings)
      : map_(map), settings_(settings), goods_(settings.goods) {}

  void add(const OrderLine& line) {
    if (!is_goods(line.sku)) {
      ++plan_.not_goods;
      return;
    }
    if (line.quantity > 0) demand_[line.sku] += line.quantity;
    auto& task = task_of(line);
    task.lines.push_back(line);
    task.lines.back().quantity = std::abs(line.quantity);
  }

  Plan finish() {
    name_sales();
    const auto regions = map_.regions().size();
    const auto shares = settings_.split.empty() ? std::vector<std::int64_t>(regions, 1) : settings_.split;
    for (const auto& [sku, units] : demand_)
      plan_.stock[sku] =
          split_stock(std::max<std::int64_t>(units * settings_.stock_per_mille / 1000, 1), shares);
    return std::move(plan_);
  }

 private:
  using OrderAndTime = std::pair<std::string, std::int64_t>;

  bool is_goods(const std::string& sku) {
    const auto [known, is_new] = is_goods_.try_emplace(sku, false);
    if (is_new) known->second = std::regex_search(sku, goods_);
    return known->second;
  }

  // A sale gathers the lines of its order and time, as far as one reservation goes; each other line is a task
  // of its own.
  Task& task_of(const OrderLine& line) {
    if (line.quantity < 0) {
      const bool cancels = line.order.starts_with('C');
      const auto number = "-" + std::to_string(line.number);
      return append(line, cancels ? Task::Kind::take_back : Task::Kind::write_off,
                    (cancels ? "r-" : "w-") + name_of(line.order) + number);
    }
    const auto [at, is_new] = sales_.try_emplace(OrderAndTime(line.order, line.time_s), plan_.tasks.size());
    if (!is_new && fits(plan_.tasks[at->second], line)) return plan_.tasks[at->second];
    at->second = plan_.tasks.size();
    return append(line, Task::Kind::sell, {});
  }

  // o- and the order. Then those of orders at another time, and of orders whose number is no id: what is
  // taken gets -2, -3 and so on behind it.
  void name_sales() {
    std::set<std::string> taken;
    for (auto& task : plan_.tasks)
      if (task.kind == Task::Kind::sell && is_name(task.order) && taken.insert("o-" + task.order).second)
        task.id = "o-" + task.order;
    std::map<std::string, int> times;
    for (auto& task : plan_.tasks) {
      if (task.kind != Task::Kind::sell || !task.id.empty()) continue;
      const auto first = "o-" + name_of(task.order);
      for (task.id = first; !taken.insert(task.id).second;)
        task.id = first + "-" + std::to_string(++times.try_emplace(first, 1).first->second);
    }
  }

  Task& append(const OrderLine& line, Task::Kind kind, std::string id) {
    const auto& key = line.customer.empty() ? line.order : line.customer;
    const auto region = homes_.try_emplace(key, map_.region_of(line.country, key)).first->second;
    plan_.tasks.push_back({kind,
                           region,
                           (spread(key) >> 32) % settings_.lanes,
                           line.time_s,
                           std::move(id),
                           line.order,
                           line.customer,
                           {}});
    return plan_.tasks.back();
  }

  const RegionMap& map_;
  const Settings& settings_;
  const std::regex goods_;
  std::map<std::string, bool> is_goods_;
  std::map<std::string, std::int64_t> demand_;
  std::map<OrderAndTime, std::size_t> sales_;
  std::map<std::string, std::size_t> homes_;
  Plan plan_;
};

}  // namespace

Plan plan_of(const History& history, const RegionMap& map, const Settings& settings) {
  std::vector<const OrderLine*> lines;
  for (const auto& line : history.lines) lines.push_back(&line);
  std::ranges::stable_sort(lines, {}, &OrderLine::time_s);
  Planner planner(map, settings);
  for (const auto* line : lines) planner.add(*line);
  return planner.finish();
}

std::vector<std::int64_t> split_stock(std::int64_t units, const std::vector<std::int64_t>& shares) {
  const auto all = std::accumulate(shares.begin(), shares.end(), std::int64_t{0});
  std::vector<std::int64_t> parts;
  for (const auto share : shares) parts.push_back(units / all * share + units % all * share / all);
  auto left = units - std::accumulate(parts.begin(), parts.end(), std::int64_t{0});
  for (std::size_t i = 0; left > 0; i = (i + 1) % parts.size())
    if (shares[i] > 0) ++parts[i], --left;
  return parts;
}

std::optional<std::int64_t> parse_per_mille(std::string_view text) {
  if (!text.ends_with('%')) return std::nullopt;
  text.remove_suffix(1);
  const auto point = text.find('.');
  const auto whole = parse_whole(text.substr(0, point));
  const auto tenths =
      point == std::string_view::npos ? std::optional<std::int64_t>(0) : parse_whole(text.substr(point + 1));
  if (!whole || !tenths || *whole < 0 || *whole > 1000 || *tenths < 0 || *tenths > 9) return std::nullopt;
  return *whole * 10 + *tenths;
}

std::optional<std::vector<std::int64_t>> parse_split(std::string_view text,
                                                     const std::vector<std::string>& regions) {
  std::vector<std::int64_t> shares;
  if (text == "even") return shares;
  shares.assign(regions.size(), -1);
  while (!text.empty()) {
    const auto comma = text.find(',');
    const auto part = text.substr(0, comma);
    const auto equals = part.rfind('=');
    if (equals == std::string_view::npos) return std::nullopt;
    const auto region = std::ranges::find(regions, part.substr(0, equals));
    const auto share = parse_whole(part.substr(equals + 1));
    if (region == regions.end() || !share || *share < 0 || *share > share_max) return std::nullopt;
    shares[static_cast<std::size_t>(region - regions.begin())] = *share;
    text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
  }
  if (std::ranges::count(shares, -1) > 0 || std::ranges::count(shares, 0) == std::ssize(shares))
    return std::nullopt;
  return shares;
}

}  // namespace holdfast::orders
