#include <algorithm>
#include <optional>

#include "cli/format.h"
#include "cli/render.h"
#include "cli/table.h"
#include "cli/top/parts.h"

namespace holdfast::cli {
namespace {

using enum Column::Align;

constexpr std::size_t number_columns = 7;  // "~48 210"
constexpr std::size_t bar_columns_max = 10;

const json::value* region_of(const json::value& sku, const std::string& name) {
  for (const auto& region : list(sku, "regions"))
    if (text(region, "region") == name) return &region;
  return nullptr;
}

std::string padded_left(const std::string& text, std::size_t columns) {
  const std::size_t has = width(text);
  return (has < columns ? std::string(columns - has, ' ') : "") + text;
}

// Of all bars of one product the longest is full.
std::string bar(std::int64_t units, std::int64_t most, std::size_t columns) {
  const auto full = static_cast<std::int64_t>(columns);
  const auto part = most > 0 ? units * full / most : 0;
  std::string text(static_cast<std::size_t>(part), '#');
  if (part == 0 && units > 0) text = ".";
  return text + std::string(columns - text.size(), ' ');
}

std::string share(const json::value& sku, const std::string& name, std::int64_t most,
                  std::size_t bar_columns) {
  const json::value* region = region_of(sku, name);
  const std::int64_t units = region ? number(*region, "rights").value_or(0) : 0;
  const bool stale = region != nullptr && is_true(*region, "stale");
  const std::string shown = region == nullptr ? "-" : (stale ? "~" : "") + grouped(units);
  return (bar_columns > 0 ? bar(units, most, bar_columns) : "") + padded_left(shown, number_columns);
}

std::int64_t most_of(const json::value& sku) {
  std::int64_t most = 0;
  for (const auto& region : list(sku, "regions")) most = std::max(most, number(region, "rights").value_or(0));
  return most;
}

// The region that is dry first at the pace that it sells at, and when, in milliseconds.
std::optional<std::pair<std::int64_t, std::string>> first_dry(const json::value& sku) {
  std::optional<std::pair<std::int64_t, std::string>> first;
  for (const auto& region : list(sku, "regions")) {
    const auto sold = number(region, "sold_per_1000_s").value_or(0);
    if (sold <= 0) continue;
    const auto left = number(region, "rights").value_or(0) - number(region, "reserved").value_or(0);
    const std::pair dry{std::max<std::int64_t>(left, 0) * 1'000'000 / sold, text(region, "region")};
    first = first ? std::min(*first, dry) : dry;
  }
  return first;
}

std::string runs_dry(const json::value& sku) {
  constexpr std::int64_t soon_ms = 60'000, hour_ms = 3'600'000;
  if (number(sku, "rights") == 0) return "dry";
  const auto first = first_dry(sku);
  if (!first) return "-";
  if (first->first > hour_ms) return "> 1 h";
  return first->second + " " + span_ms(first->first) + (first->first < soon_ms ? " !" : "");
}

// How the regions' shares fit beside the other columns: so many of them, with bars of so many columns.
struct Fit {
  std::size_t regions = 0;
  std::size_t bar = 0;
};
Fit fit(std::size_t regions, std::size_t room) {
  if (regions == 0) return {};
  const std::size_t each = room / regions;
  if (each > number_columns + 3) return {regions, std::min(each - number_columns - 2, bar_columns_max)};
  return {std::min(regions, room / (number_columns + 1)), 0};
}

std::string shares_head(const std::vector<std::string>& regions, std::size_t told) {
  std::string head;
  for (std::size_t i = 0; i < told; ++i) head += (i > 0 ? " / " : "") + regions[i];
  return told < regions.size() ? head + " / +" + std::to_string(regions.size() - told) : head;
}

}  // namespace

Lines sku_lines(const json::value& rights, std::size_t columns, std::size_t rows) {
  constexpr std::size_t others = 58;  // what the other columns take: names of 16 characters, say
  const auto regions = regions_of(rights);
  const Fit fits = fit(regions.size(), columns > others ? columns - others : 0);
  const std::vector<Column> heads{{"SKU"},
                                  {"TOTAL", right},
                                  {shares_head(regions, fits.regions)},
                                  {"RESERVED", right},
                                  {"SOLD/min", right},
                                  {"RUNS DRY"}};
  std::vector<Row> cells;
  for (const auto& sku : list(rights, "skus")) {
    if (cells.size() + 1 >= rows) break;
    std::string shares;
    for (std::size_t i = 0; i < fits.regions; ++i)
      shares += (i > 0 ? " " : "") + share(sku, regions[i], most_of(sku), fits.bar);
    const auto sold = number(sku, "sold_per_1000_s");
    cells.push_back({{text(sku, "sku")},
                     {text(sku, "rights")},
                     {shares},
                     {text(sku, "reserved")},
                     {sold ? per_minute(*sold) : "?"},
                     {runs_dry(sku)}});
  }
  if (rows < 2) return {};
  if (cells.empty()) return {"no product has come in yet"};
  return lines_of(table(heads, cells, false));
}

}  // namespace holdfast::cli
