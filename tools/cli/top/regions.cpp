#include <algorithm>

#include "cli/format.h"
#include "cli/table.h"
#include "cli/top/parts.h"

namespace holdfast::cli {
namespace {

using enum Column::Align;

bool is_self(const json::value& region) { return is_true(region, "self"); }
bool is_stale(const json::value& region) { return !is_self(region) && text(region, "state") != "up"; }

std::string state_of(const json::value& region) {
  const auto state = text(region, "state");
  if (state == "cut_off") return "CUT OFF";
  return state == "never_heard" ? "NEVER HEARD" : state;
}

std::string units(const json::value& region, std::string_view name) {
  const auto found = text(region, name);
  return found.empty() ? "?" : (is_stale(region) ? "~" : "") + found;
}

std::string rate(const json::value& region, std::string_view name) {
  const auto found = number(region, name);
  return found && !is_stale(region) ? per_second(*found) : "?";
}

template <class Format>
std::string optional(const json::value& region, std::string_view name, Format format) {
  const auto found = number(region, name);
  return found ? format(*found) : "-";
}

// Refusals as a shopper meets them.
struct Refused {
  std::int64_t gone = 0, baskets = 0, cut = 0, here = 0;
};
Refused refused_of(const json::value& region) {
  const auto& refused = at(region, "refused_per_1000_s");
  const auto of = [&](std::string_view code) { return number(refused, code).value_or(0); };
  return {of("sold_out") + of("not_enough"), of("all_reserved"), of("rights_unreachable"),
          of("insufficient_here")};
}

std::string refused_rate(const json::value& region) {
  const Refused refused = refused_of(region);
  return is_stale(region) ? "?" : per_second(refused.gone + refused.baskets + refused.cut + refused.here);
}

std::string refused_why(const json::value& region) {
  if (text(region, "state") == "cut_off") return "selling from its own rights";
  if (is_stale(region)) return "";
  const Refused refused = refused_of(region);
  return per_second(refused.gone) + "/" + per_second(refused.baskets) + "/" + per_second(refused.cut) + "/" +
         per_second(refused.here);
}

struct Shown {
  Column column;
  std::size_t from_columns;  // of the screen: narrower ones do without
  std::string (*cell)(const json::value&);
};

const std::vector<Shown>& columns_of_regions() {
  static const std::vector<Shown> all{
      {{"REGION"},
       0,
       [](const json::value& one) { return text(one, "region") + (is_self(one) ? " *" : ""); }},
      {{"STATE"}, 0, state_of},
      {{"RTT", right},
       76,
       [](const json::value& one) {
         return is_self(one) || is_stale(one) ? "-" : optional(one, "rtt_ms", latency_ms);
       }},
      {{"HEARD", right},
       60,
       [](const json::value& one) { return is_self(one) ? "-" : optional(one, "heard_ms_ago", span_ms); }},
      {{"RIGHTS", right}, 0, [](const json::value& one) { return units(one, "rights"); }},
      {{"RESERVED", right}, 0, [](const json::value& one) { return units(one, "reserved"); }},
      {{"SOLD/s", right}, 0, [](const json::value& one) { return rate(one, "sold_per_1000_s"); }},
      {{"REFUSED/s", right}, 70, refused_rate},
      {{"gone/baskets/cut/here"}, 100, refused_why},
      {{"p50", right},
       116,
       [](const json::value& one) {
         return is_stale(one) ? "" : optional(one, "reserve_us_p50", latency_us);
       }},
      {{"p99", right},
       116,
       [](const json::value& one) {
         return is_stale(one) ? "" : optional(one, "reserve_us_p99", latency_us);
       }},
  };
  return all;
}

Look look_of(const json::value& region) {
  const auto state = text(region, "state");
  return state == "cut_off" ? Look::bad : is_stale(region) ? Look::doubtful : Look::plain;
}

using Regions = std::vector<const json::value*>;

// Of those that have no room.
std::string rest_of(const Regions& regions, Window told) {
  std::size_t bad = 0;
  for (std::size_t i = 0; i < regions.size(); ++i)
    if ((i < told.first || i >= told.first + told.count) && is_stale(*regions[i])) ++bad;
  return "and " + std::to_string(regions.size() - told.count) + " more, " +
         (bad == 0 ? "all up" : std::to_string(bad) + " of them not up");
}

}  // namespace

// This region, then those in trouble, then the rest.
Regions shown_regions(const Snapshot& snapshot) {
  Regions regions;
  for (const auto& region : list(snapshot.status, "regions")) regions.push_back(&region);
  std::ranges::stable_sort(regions, {}, [](const json::value* region) {
    return is_self(*region) ? 0 : is_stale(*region) ? 1 : 2;
  });
  return regions;
}

Lines region_lines(const Snapshot& snapshot, std::size_t columns, std::size_t rows, Chosen chosen) {
  std::vector<Column> heads;
  for (const Shown& shown : columns_of_regions())
    if (columns >= shown.from_columns) heads.push_back(shown.column);
  const Regions regions = shown_regions(snapshot);
  const std::size_t room = rows > 2 ? rows - 1 : 1;  // below the heads
  const Window told = window(regions.size(), regions.size() > room ? room - 1 : room, chosen.value_or(0));
  std::vector<Row> cells;
  for (std::size_t i = told.first; i < told.first + told.count; ++i) {
    Row& row = cells.emplace_back();
    for (const Shown& shown : columns_of_regions())
      if (columns >= shown.from_columns) row.push_back({shown.cell(*regions[i])});
  }
  Lines lines = lines_of(table(heads, cells, false));
  lines.front().look = Look::head;
  for (std::size_t i = 0; i < told.count; ++i)
    lines[i + 1].look = chosen == told.first + i ? Look::chosen : look_of(*regions[told.first + i]);
  if (told.count < regions.size()) lines.push_back({rest_of(regions, told)});
  return lines;
}

}  // namespace holdfast::cli
