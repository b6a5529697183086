#include "sim/paths.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace holdfast::sim {

namespace {

constexpr Micros within_a_region{500};
constexpr Micros unpublished{100'000};

// Milliseconds; 0: not published. Rows and columns in the order of `published_names`.
constexpr std::array<std::string_view, published_regions> published_names{"NVA", "NCA", "ORE", "IRE", "FRA",
                                                                          "TYO", "SIN", "SYD", "GRU"};
constexpr std::array<std::array<double, published_regions>, 6> published_ms{{
    {0, 72.7, 87.0, 80.6, 88.7, 145.3, 216.7, 230.0, 119.5},
    {71.6, 0, 19.5, 153.2, 166.6, 102.5, 174.0, 157.5, 192.7},
    {88.7, 19.2, 0, 137.0, 159.5, 89.1, 161.4, 162.2, 182.7},
    {80.5, 153.2, 137.0, 0, 19.6, 212.4, 239.0, 309.6, 191.3},
    {88.6, 166.6, 159.5, 19.6, 0, 236.5, 325.9, 323.5, 194.9},
    {145.3, 102.5, 89.2, 212.4, 236.6, 0, 73.8, 103.9, 256.8},
}};

std::optional<std::size_t> place(std::string_view name) {
  const auto found = std::ranges::find(published_names, name);
  if (found == published_names.end()) return std::nullopt;
  return static_cast<std::size_t>(found - published_names.begin());
}

// A row that is missing is the column transposed.
Micros published(std::size_t from, std::size_t to) {
  double ms = 0;
  if (from < published_ms.size())
    ms = published_ms[from][to];
  else if (to < published_ms.size())
    ms = published_ms[to][from];
  return ms > 0 ? Micros(static_cast<std::int64_t>(ms * 1000)) : unpublished;
}

}  // namespace

Paths::Paths(std::vector<std::string> regions, RoundTrips round_trips, double jitter, Random random)
    : regions_(std::move(regions)),
      round_trips_(std::move(round_trips)),
      jitter_(jitter),
      random_(random),
      cut_(regions_.size(), std::vector<bool>(regions_.size(), false)) {}

Micros Paths::delay(std::size_t from, std::size_t to) {
  const double half = static_cast<double>(round_trips_[from][to].count()) / 2;
  const double strays = jitter_ * (2 * fraction(random_) - 1);
  return Micros(static_cast<std::int64_t>(half * (1 + strays)));
}

Micros Paths::soonest(std::size_t from, std::size_t to) const {
  const double half = static_cast<double>(round_trips_[from][to].count()) / 2;
  return Micros(static_cast<std::int64_t>(half * (1 - jitter_)));
}

void Paths::set_cut(std::size_t from, std::size_t to, bool cut) {
  const bool was_cut = cut_[from][to];
  cut_[from][to] = cut;
  if (was_cut && !cut && healed_) healed_(from, to);
}

void Paths::set_cut_both(std::size_t a, std::size_t b, bool cut) {
  set_cut(a, b, cut);
  set_cut(b, a, cut);
}

std::vector<std::vector<Micros>> soonest_ways(const Paths& paths) {
  const auto regions = paths.size();
  std::vector<std::vector<Micros>> ways(regions, std::vector<Micros>(regions));
  for (std::size_t from = 0; from < regions; ++from)
    for (std::size_t to = 0; to < regions; ++to) ways[from][to] = paths.soonest(from, to);
  for (std::size_t over = 0; over < regions; ++over)
    for (auto& from : ways)
      for (std::size_t to = 0; to < regions; ++to) from[to] = std::min(from[to], from[over] + ways[over][to]);
  return ways;
}

RoundTrips published_round_trips(const std::vector<std::string>& regions) {
  RoundTrips table = equal_round_trips(regions.size(), unpublished);
  if (regions.size() > published_regions) return table;
  for (std::size_t from = 0; from < regions.size(); ++from)
    for (std::size_t to = 0; to < regions.size(); ++to)
      if (const auto a = place(regions[from]), b = place(regions[to]); a && b && from != to)
        table[from][to] = published(*a, *b);
  return table;
}

bool is_unpublished(std::string_view a, std::string_view b) {
  const auto from = place(a), to = place(b);
  return from && to && from != to && published(*from, *to) == unpublished;
}

RoundTrips equal_round_trips(std::size_t regions, Micros round_trip) {
  RoundTrips table(regions, std::vector<Micros>(regions, round_trip));
  for (std::size_t region = 0; region < regions; ++region) table[region][region] = within_a_region;
  return table;
}

}  // namespace holdfast::sim
