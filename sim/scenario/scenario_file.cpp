#include "sim/scenario/scenario_file.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>

#include "text/nearest.h"
#include "text/toml_section.h"

namespace holdfast::sim {
namespace {

constexpr double day_s = 86'400, units_max = 1e12, rate_max = 1e6;
constexpr std::int64_t skus_max = 1'000'000;

Micros seconds(double s) { return Micros(static_cast<std::int64_t>(std::llround(s * 1e6))); }
Micros milliseconds(double ms) { return seconds(ms / 1000); }

TimeRange times(const std::optional<std::pair<double, double>>& range, Micros (*unit)(double)) {
  return range ? TimeRange{unit(range->first), unit(range->second)} : TimeRange{};
}
WholeRange wholes(TomlSection& section, std::string_view key, const std::pair<double, double>& range) {
  if (range.first != std::floor(range.first) || range.second != std::floor(range.second))
    section.fault(key, "must be whole numbers");
  return {static_cast<std::int64_t>(range.first), static_cast<std::int64_t>(range.second)};
}

class Reader {
 public:
  Reader(const toml::table& root, TomlFaults& faults) : root_(root, "", faults) {}

  Scenario read() {
    scenario_.title = root_.text("title").value_or("");
    read_regions();
    read_round_trips();
    if (auto section = root_.section("baskets")) read_baskets(*section);
    if (auto section = root_.section("open")) read_open(*section);
    if (auto section = root_.section("closed")) read_closed(*section);
    if (auto section = root_.section("rounds")) read_rounds(*section);
    if (auto section = root_.section("checkout")) read_checkout(*section);
    if (auto section = root_.section("stock")) read_stock(*section);
    read_duration();
    for (auto& section : root_.sections("cut")) read_cut(section);
    check_stock();
    root_.finish();
    return std::move(scenario_);
  }

 private:
  // A list of names, or how many.
  void read_regions() {
    const auto* node = root_.node("regions");
    if (node && node->is_integer()) {
      const auto count = root_.whole("regions", 1, regions_max).value_or(1);
      for (std::int64_t i = 1; i <= count; ++i) scenario_.regions.push_back("r" + std::to_string(i));
    } else if (const auto names = root_.texts("regions")) {
      scenario_.regions = *names;
      if (names->empty()) root_.fault("regions", "must name one at least");
      if (names->size() > regions_max)
        root_.fault("regions", "must be at most " + std::to_string(regions_max));
    }
    if (!node) root_.fault("regions", "is required: a list of names, or how many");
    auto sorted = scenario_.regions;
    std::ranges::sort(sorted);
    if (std::ranges::adjacent_find(sorted) != sorted.end()) root_.fault("regions", "a name stands twice");
    if (scenario_.regions.empty()) scenario_.regions.emplace_back("r1");
    scenario_.round_trips = published_round_trips(scenario_.regions);
  }

  using Pair = std::pair<std::size_t, std::size_t>;

  // "NVA-IRE" = 80.6, both ways.
  void read_round_trips() {
    std::set<Pair> given;
    if (auto section = root_.section("round_trip_ms"))
      for (const auto& key : section->keys()) {
        const auto ms = section->number(key, 0, 60'000);
        const auto pair = pair_of(*section, key);
        if (!pair) continue;
        const auto [a, b] = *pair;
        if (!given.insert(*pair).second) section->fault(key, "stands twice");
        if (ms) scenario_.round_trips[a][b] = scenario_.round_trips[b][a] = milliseconds(*ms);
      }
    check_published(given);
  }

  // Names may have dashes themselves.
  std::optional<Pair> pair_of(TomlSection& section, const std::string& key) const {
    std::set<Pair> pairs;
    for (auto dash = key.find('-'); dash != std::string::npos; dash = key.find('-', dash + 1)) {
      const auto a = find_region(key.substr(0, dash)), b = find_region(key.substr(dash + 1));
      if (a && b && a != b) pairs.insert(std::minmax(*a, *b));
    }
    if (pairs.size() == 1) return *pairs.begin();
    section.fault(key,
                  pairs.empty() ? "is not two regions such as \"NVA-IRE\"" : "could be two pairs of regions");
    return std::nullopt;
  }

  void check_published(const std::set<Pair>& given) {
    const auto& regions = scenario_.regions;
    if (regions.size() > published_regions) return;
    for (std::size_t a = 0; a < regions.size(); ++a)
      for (std::size_t b = a + 1; b < regions.size(); ++b)
        if (is_unpublished(regions[a], regions[b]) && !given.contains({a, b}))
          root_.fault("regions", "no round trip of " + regions[a] + " and " + regions[b] +
                                     " is published; give it in [round_trip_ms]");
  }

  [[nodiscard]] std::optional<std::size_t> find_region(std::string_view name) const {
    const auto found = std::ranges::find(scenario_.regions, name);
    if (found == scenario_.regions.end()) return std::nullopt;
    return static_cast<std::size_t>(found - scenario_.regions.begin());
  }

  std::optional<std::size_t> region_named(TomlSection& section, std::string_view key,
                                          const std::string& name) {
    const auto found = find_region(name);
    const std::vector<std::string_view> names(scenario_.regions.begin(), scenario_.regions.end());
    if (!found) section.fault(key, "no region " + name + did_you_mean(nearest(name, names)));
    return found;
  }

  void read_baskets(TomlSection& section) {
    auto& baskets = scenario_.baskets;
    if (const auto lines = section.range("lines", 1, 100)) baskets.lines = wholes(section, "lines", *lines);
    baskets.zipf = section.number("zipf", 0, 5).value_or(0);
    const auto* quantity = section.node("quantity");
    if (quantity && quantity->is_table()) {
      auto inner = *section.section("quantity");
      baskets.quantity.mean = inner.number("mean", 1, 1e6).value_or(1);
      baskets.quantity.cv = inner.number("cv", 0, 10).value_or(1);
      inner.finish();
    } else if (const auto range = section.range("quantity", 1, 1e6)) {
      baskets.quantity.uniform = wholes(section, "quantity", *range);
    }
    section.finish();
  }

  void read_open(TomlSection& section) {
    OpenLoop open;
    const auto per_basket =
        scenario_.baskets.quantity.expected() *
        static_cast<double>(scenario_.baskets.lines.least + scenario_.baskets.lines.most) / 2;
    const auto baskets = section.number("baskets_per_s", 0, rate_max);
    const auto units = section.number("units_per_s", 0, rate_max * 1000);
    if (section.has("baskets_per_s") == section.has("units_per_s"))
      section.fault("baskets_per_s", "give either this or units_per_s");
    open.baskets_per_s = baskets.value_or(units.value_or(0) / per_basket);
    if (open.baskets_per_s > rate_max)
      section.fault("units_per_s",
                    "more than " + std::to_string(std::llround(rate_max)) + " baskets a second");
    open.full_for = seconds(section.number("full_for_s", 0, day_s).value_or(0));
    open.halving = seconds(section.number("halving_s", 0.001, day_s).value_or(0));
    open.shares.assign(scenario_.regions.size(), 1);
    if (auto shares = section.section("shares")) read_shares(section, *shares, open.shares);
    if (auto moves = section.section("moves")) {
      open.moves_every = seconds(moves->number("every_s", 0.001, day_s).value_or(1));
      open.moves_over = seconds(moves->number("over_s", 0, day_s).value_or(0));
      if (open.moves_over > open.moves_every) moves->fault("over_s", "must not be more than every_s");
      moves->finish();
    }
    scenario_.open = open;
    section.finish();
  }

  void read_shares(TomlSection& open, TomlSection& section, std::vector<double>& shares) {
    std::ranges::fill(shares, 0);
    bool all_known = true;
    for (const auto& name : section.keys()) {
      const auto share = section.number(name, 0, 1e6);
      const auto region = region_named(section, name, name);
      all_known &= share && region;
      if (share && region) shares[*region] = *share;
    }
    if (all_known && std::ranges::count(shares, 0) == std::ssize(shares))
      open.fault("shares", "nobody comes: one must be above 0");
  }

  void read_closed(TomlSection& section) {
    ClosedLoop closed;
    closed.per_region = static_cast<std::size_t>(section.whole("per_region", 1, 10'000).value_or(1));
    closed.think = times(section.range("think_ms", 1, 1e7), milliseconds);
    if (!section.has("think_ms")) section.fault("think_ms", "is required");
    closed.retry = milliseconds(section.number("retry_ms", 1, 1e7).value_or(0));
    closed.restock_share = section.number("restock_pct", 0, 100).value_or(0) / 100;
    const auto until = section.text("until");
    closed.until_gone = until == "gone";
    if (until && until != "gone") section.fault("until", "can only be \"gone\"");
    scenario_.closed = closed;
    section.finish();
  }

  void read_rounds(TomlSection& section) {
    scenario_.rounds.count = static_cast<std::size_t>(section.whole("count", 1, 100'000).value_or(1));
    scenario_.rounds.every = seconds(section.number("every_s", 0.001, day_s).value_or(1));
    scenario_.rounds.units = section.whole("units", 1, 1'000'000).value_or(1);
    section.finish();
  }

  void read_checkout(TomlSection& section) {
    auto& checkout = scenario_.checkout;
    checkout.ttl = seconds(section.number("ttl_s", 1, 14'400).value_or(600));
    checkout.pays_after = times(section.range("pays_after_s", 0, 14'400), seconds);
    checkout.abandoned = section.number("abandoned_pct", 0, 100).value_or(0) / 100;
    checkout.cancelled = section.number("cancelled_pct", 0, 100).value_or(0) / 100;
    checkout.returned = section.number("returned_pct", 0, 100).value_or(0) / 100;
    checkout.returned_after = times(section.range("returned_after_s", 0, day_s), seconds);
    if (checkout.pays_after.most >= checkout.ttl)
      section.fault("pays_after_s", "must be less than ttl_s: nobody pays for what has expired");
    if (checkout.abandoned + checkout.cancelled > 1)
      section.fault("abandoned_pct", "abandoned and cancelled are more than all");
    section.finish();
  }

  void read_stock(TomlSection& section) {
    auto& stock = scenario_.stock;
    stock.skus = static_cast<std::size_t>(section.whole("skus", 1, skus_max).value_or(1));
    const auto units = section.whole("units", 0, static_cast<std::int64_t>(units_max));
    const auto each = section.whole("each", 0, static_cast<std::int64_t>(units_max));
    const auto of_demand = section.number("of_demand_pct", 0, 10'000);
    if (section.has("units") + section.has("each") + section.has("of_demand_pct") != 1)
      section.fault("units", "give one of units (of all SKUs together), each and of_demand_pct");
    const auto skus = static_cast<std::int64_t>(stock.skus);
    stock.each = each.value_or(units.value_or(0) / skus);
    if (units.value_or(0) % skus != 0) section.fault("units", "must be a multiple of skus, so many of each");
    if (of_demand) stock.of_demand = *of_demand / 100;
    if (of_demand && !scenario_.open)
      section.fault("of_demand_pct", "needs [open]: only there demand is known");
    if (const auto split = section.text("split")) read_split(section, *split);
    section.finish();
  }

  void check_stock() {
    const bool comes_later =
        scenario_.rounds.count > 0 || (scenario_.closed && scenario_.closed->restock_share > 0);
    if (!root_.has("stock") && !comes_later)
      root_.fault("stock", "nothing is for sale: give [stock], [rounds] or restock_pct");
    if (scenario_.baskets.lines.most > static_cast<std::int64_t>(scenario_.stock.skus))
      root_.fault("baskets", "lines of more SKUs than there are in [stock]");
  }

  void read_split(TomlSection& section, const std::string& split) {
    if (split == "equal") return;
    if (split == "turns") {
      scenario_.stock.split = StockPlan::Split::turns;
      return;
    }
    std::vector<std::string_view> words{"equal", "turns"};
    words.insert(words.end(), scenario_.regions.begin(), scenario_.regions.end());
    const auto region = find_region(split);
    if (!region)
      return section.fault(
          "split", "must be equal, turns or a region, not " + split + did_you_mean(nearest(split, words)));
    scenario_.stock.split = StockPlan::Split::one_region;
    scenario_.stock.region = *region;
  }

  void read_cut(TomlSection& section) {
    Cut cut;
    cut.from = SimTime(seconds(section.number("from_s", 0, day_s).value_or(0)));
    if (const auto to = section.number("to_s", 0, day_s)) cut.to = SimTime(seconds(*to));
    if (cut.to && *cut.to <= cut.from) section.fault("to_s", "must be after from_s");
    const auto between = section.texts("between");
    const auto alone = section.text("alone");
    const auto each_alone = section.flag("each_alone").value_or(false);
    if (section.has("between") + section.has("alone") + section.has("each_alone") != 1)
      section.fault("between", "give one of between = [A, B], alone = A and each_alone = true");
    if (between && (between->size() != 2 || between->front() == between->back()))
      section.fault("between", "must be two regions");
    if (section.has("each_alone") && !each_alone) section.fault("each_alone", "can only be true");
    if (scenario_.regions.size() == 1) section.fault("between", "there is one region only");
    if (cut.from.time_since_epoch() >= scenario_.duration) section.fault("from_s", "must be before the end");
    std::vector<std::size_t> named;
    for (const auto& name : between.value_or(std::vector<std::string>{}))
      if (const auto region = region_named(section, "between", name)) named.push_back(*region);
    if (alone)
      if (const auto region = region_named(section, "alone", *alone)) named.push_back(*region);
    for (std::size_t a = 0; a < scenario_.regions.size(); ++a)
      for (std::size_t b = a + 1; b < scenario_.regions.size(); ++b) {
        const auto one = std::ranges::count(named, a), other = std::ranges::count(named, b);
        if (each_alone || (alone && one + other > 0) || (between && one > 0 && other > 0))
          cut.pairs.emplace_back(a, b);
      }
    scenario_.cuts.push_back(cut);
    section.finish();
  }

  void read_duration() {
    const auto& rounds = scenario_.rounds;
    const auto given = root_.number("duration_s", 0.001, day_s * 10);
    scenario_.duration = given ? seconds(*given) : rounds.every * static_cast<std::int64_t>(rounds.count);
    if (!given && rounds.count == 0) root_.fault("duration_s", "is required");
    if (!scenario_.open && !scenario_.closed && rounds.count == 0)
      root_.fault("open", "nobody shops: give [open], [closed] or [rounds]");
  }

  TomlSection root_;
  Scenario scenario_;
};

}  // namespace

Result<Scenario, std::vector<std::string>> parse_scenario(std::string_view content, const std::string& file) {
  TomlFaults faults(file);
  try {
    const toml::table root = toml::parse(content);
    auto scenario = Reader(root, faults).read();
    scenario.name = std::filesystem::path(file).stem().string();
    if (faults.none()) return scenario;
  } catch (const toml::parse_error& error) {
    return failure(std::vector{file + ":" + std::to_string(error.source().begin.line) + ": " +
                               std::string(error.description())});
  }
  return failure(faults.told());
}

}  // namespace holdfast::sim
