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

std::string padded_left(const std::string& text, std::size_t columns) {
  const std::size_t has = width(text);
  return (has < columns ? std::string(columns - has, ' ') : "") + text;
}

// Of all bars of one product the longest is full.
std::string bar(std::int64_t units, std::int64_t most, std::size_t columns) {
  const double full = static_cast<double>(columns) * static_cast<double>(units);
  std::string text(units > 0 ? static_cast<std::size_t>(full / static_cast<double>(most)) : 0, '#');
  if (text.empty() && units > 0) text = ".";
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
  for (const auto& region : list(sku, "regions"))
    if (const auto in_ms = dry_in_ms(region)) {
      const std::pair dry{*in_ms, text(region, "region")};
      first = first ? std::min(*first, dry) : dry;
    }
  return first;
}

constexpr std::int64_t dry_soon_ms = 60'000;

std::string first_dry_text(const json::value& sku) {
  if (number(sku, "rights") == 0) return "dry";
  const auto first = first_dry(sku);
  if (!first) return "-";
  const std::string when = dry_text(first->first);
  return when.starts_with(">") ? when : first->second + " " + when;
}

Look look_of(const json::value& sku, bool is_chosen) {
  if (is_chosen) return Look::chosen;
  if (number(sku, "rights") == 0) return Look::bad;
  const auto first = first_dry(sku);
  return first && first->first < dry_soon_ms ? Look::doubtful : Look::plain;
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

constexpr std::size_t others_columns =
    45;  // what the columns but the first take, at most mostly, with their gaps

constexpr std::size_t name_columns_least = 20;  // whatever else has room: most names have then

std::size_t widest_name(const std::vector<const json::value*>& skus, Window told, const std::string& head) {
  std::size_t widest = width(head);
  for (std::size_t i = told.first; i < told.first + told.count; ++i)
    widest = std::max(widest, width(text(*skus[i], "sku")));
  return widest;
}

// One long name must not push the numbers of all products off the screen: its details show all of it.
std::size_t name_room(std::size_t columns, std::size_t regions) {
  const std::size_t others = others_columns + regions * (number_columns + 1);
  return std::max(name_columns_least, columns > others ? columns - others : 0);
}

std::string shown_name(const std::string& name, std::size_t room) {
  return width(name) <= room ? name : clipped(name, room - 1) + "…";
}

std::string no_sku(const View& view) {
  return view.filter.empty() ? "no product has come in yet"
                             : "no product that was fetched has \"" + view.filter + "\" in its name";
}

Row cells_of(const json::value& sku, std::size_t room, const std::vector<std::string>& regions, Fit fits) {
  std::string shares;
  for (std::size_t i = 0; i < fits.regions; ++i)
    shares += (i > 0 ? " " : "") + share(sku, regions[i], most_of(sku), fits.bar);
  const auto sold = number(sku, "sold_per_1000_s");
  return {{shown_name(text(sku, "sku"), room)}, {text(sku, "rights")}, {shares}, {text(sku, "reserved")},
          {sold ? per_minute(*sold) : "?"},     {first_dry_text(sku)}};
}

}  // namespace

const json::value* region_of(const json::value& sku, const std::string& name) {
  for (const auto& region : list(sku, "regions"))
    if (text(region, "region") == name) return &region;
  return nullptr;
}

std::optional<std::int64_t> dry_in_ms(const json::value& region) {
  const auto sold = number(region, "sold_per_1000_s").value_or(0);
  if (sold <= 0) return std::nullopt;
  const auto left = number(region, "rights").value_or(0) - number(region, "reserved").value_or(0);
  constexpr std::int64_t most = 9'000'000'000'000;  // more lasts as good as for ever
  return std::clamp<std::int64_t>(left, 0, most) * 1'000'000 / sold;
}

std::string dry_text(std::int64_t ms) {
  constexpr std::int64_t hour_ms = 3'600'000;
  if (ms > hour_ms) return "> 1 h";
  return span_ms(ms) + (ms < dry_soon_ms ? " !" : "");
}

Lines sku_lines(const Snapshot& snapshot, const View& view, std::size_t columns, std::size_t rows,
                Chosen chosen) {
  if (rows < 2) return {};
  const auto skus = shown_skus(snapshot, view);
  if (skus.empty()) return {{no_sku(view)}};
  if (chosen) chosen = std::min(*chosen, skus.size() - 1);
  const Window told = window(skus.size(), rows - 1, chosen.value_or(0));
  const auto regions = regions_of(snapshot.rights);
  const std::string name = view.filter.empty() ? "SKU" : "SKU /" + view.filter;
  const std::size_t room = name_room(columns, regions.size());
  const std::size_t others = others_columns + std::min(room, widest_name(skus, told, name));
  const Fit fits = fit(regions.size(), columns > others ? columns - others : 0);
  const std::vector<Column> heads{{name},
                                  {"TOTAL", right},
                                  {shares_head(regions, fits.regions)},
                                  {"RESERVED", right},
                                  {"SOLD/min", right},
                                  {"RUNS DRY"}};
  std::vector<Row> cells;
  for (std::size_t i = told.first; i < told.first + told.count; ++i)
    cells.push_back(cells_of(*skus[i], room, regions, fits));
  Lines lines = lines_of(table(heads, cells, false));
  lines.front().look = Look::head;
  for (std::size_t i = 0; i < told.count; ++i)
    lines[i + 1].look = look_of(*skus[told.first + i], chosen == told.first + i);
  return lines;
}

}  // namespace holdfast::cli
