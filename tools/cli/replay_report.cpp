#include "cli/replay_report.h"

#include <functional>

#include "cli/format.h"
#include "cli/table.h"

namespace holdfast::cli::replay {
namespace {

constexpr std::size_t named_max = 10;

Tally total_of(const Report& report) {
  Tally total;
  for (const auto& tally : report.tallies) total.add(tally);
  return total;
}

// What a region holds beyond what was brought in there and not sold: units that came from elsewhere, net.
std::int64_t moved_in(const std::string& region, const Recount& counted, const Ledgers& ledgers) {
  std::int64_t moved = 0;
  for (const auto& [sku, regions] : ledgers)
    if (const auto at = regions.find(region); at != regions.end()) moved += at->second.held;
  for (const auto& [sku, regions] : counted.skus)
    if (const auto at = regions.find(region); at != regions.end())
      moved -= at->second.stock + at->second.returned - at->second.purchased - at->second.written_off;
  return moved;
}

using Figure = std::function<std::string(const Tally&)>;

std::string table_text(const Report& report, const Recount& counted, const Ledgers& ledgers, bool colour) {
  const auto total = total_of(report);
  std::vector<Column> columns{{""}};
  for (const auto& region : report.regions) columns.push_back({region, Column::Align::right});
  columns.push_back({"all", Column::Align::right});
  std::vector<Row> rows;
  const auto add = [&](const std::string& name, const Figure& figure) {
    Row row{{name}};
    for (const auto& tally : report.tallies) row.push_back({figure(tally)});
    row.push_back({figure(total)});
    rows.push_back(std::move(row));
  };
  const auto count = [&](const std::string& name, std::int64_t Tally::*member) {
    add(name, [member](const Tally& tally) { return grouped(tally.*member); });
  };
  count("lines sold", &Tally::sold);
  count("  of them in part", &Tally::sold_in_part);
  for (const auto& [code, lines] : total.refused)
    add("lines refused: " + code, [&code](const Tally& tally) {
      const auto at = tally.refused.find(code);
      return grouped(at == tally.refused.end() ? 0 : at->second);
    });
  count("lines returned", &Tally::returned);
  count("lines returns_unmatched", &Tally::unmatched);
  count("lines written off", &Tally::written_off);
  count("units wanted", &Tally::units_wanted);
  count("units sold", &Tally::units_sold);
  count("units returned", &Tally::units_returned);
  count("units written off", &Tally::units_written_off);
  if (report.no_ledgers.empty()) {
    Row moved{{"transfers: units in, net"}};
    for (const auto& region : report.regions) moved.push_back({grouped(moved_in(region, counted, ledgers))});
    rows.push_back(std::move(moved));
  }
  add("reserve p50", [](const Tally& tally) { return latency_us(tally.reserve_us_at(50)); });
  add("reserve p99", [](const Tally& tally) { return latency_us(tally.reserve_us_at(99)); });
  return table(columns, rows, colour);
}

std::string accounted_text(const Report& report) {
  const auto total = total_of(report);
  const auto whole = [](std::size_t number) { return grouped(static_cast<std::int64_t>(number)); };
  std::string text;
  if (total.refused.contains("short"))
    text += "short: the rest of the order was sold, of this line nothing was left\n";
  text += whole(report.lines) + " lines = " + grouped(total.sold) + " sold + " +
          grouped(total.refused_lines()) + " refused + " + grouped(total.returned) + " returned\n  + " +
          grouped(total.unmatched) + " returns_unmatched + " + grouped(total.written_off) +
          " written off + " + whole(report.not_goods + report.bad) + " skipped (" + whole(report.not_goods) +
          " not goods, " + whole(report.bad) + " bad)\n";
  if (missing_lines(report) != 0) text += "NOT ACCOUNTED FOR: " + grouped(missing_lines(report)) + " lines\n";
  return text;
}

Counted sum_of(const Recount& counted) {
  Counted sum;
  for (const auto& [sku, regions] : counted.skus)
    for (const auto& [region, units] : regions) {
      sum.stock += units.stock;
      sum.purchased += units.purchased;
      sum.returned += units.returned;
      sum.written_off += units.written_off;
      sum.unknown_purchased += units.unknown_purchased;
      sum.unknown_returned += units.unknown_returned;
    }
  return sum;
}

json::object tally_json(const Tally& tally) {
  json::object refused;
  for (const auto& [code, lines] : tally.refused) refused[code] = lines;
  return {{"lines_sold", tally.sold},
          {"lines_sold_in_part", tally.sold_in_part},
          {"lines_refused", refused},
          {"lines_returned", tally.returned},
          {"lines_returns_unmatched", tally.unmatched},
          {"lines_written_off", tally.written_off},
          {"units_wanted", tally.units_wanted},
          {"units_sold", tally.units_sold},
          {"units_returned", tally.units_returned},
          {"units_written_off", tally.units_written_off},
          {"reserve_us_p50", tally.reserve_us_at(50)},
          {"reserve_us_p99", tally.reserve_us_at(99)}};
}

json::array texts_json(const std::vector<std::string>& texts) {
  json::array array;
  for (const auto& text : texts) array.emplace_back(json::string(text));
  return array;
}

}  // namespace

json::object recount_json(const Recount& counted) {
  const Counted sum = sum_of(counted);
  json::object oversold;
  for (const auto& [sku, units] : counted.oversold) oversold[sku] = units;
  return {{"skus", static_cast<std::int64_t>(counted.skus.size())},
          {"stock", sum.stock},
          {"purchased", sum.purchased},
          {"returned", sum.returned},
          {"written_off", sum.written_off},
          {"left", sum.stock - sum.purchased + sum.returned - sum.written_off},
          {"unknown_purchased", sum.unknown_purchased},
          {"unknown_returned", sum.unknown_returned},
          {"contradictions", texts_json(counted.contradictions)},
          {"oversold", oversold},
          {"oversold_units", counted.oversold_units}};
}

json::object report_json(const Report& report, const Recount& counted, const Ledgers& ledgers) {
  json::array regions;
  for (std::size_t i = 0; i < report.regions.size() && i < report.tallies.size(); ++i) {
    json::object region{{"region", report.regions[i]}};
    for (const auto& [name, value] : tally_json(report.tallies[i])) region[name] = value;
    if (report.no_ledgers.empty())
      region["transfers_in"] = moved_in(report.regions[i], counted, ledgers);
    else
      region["transfers_in"] = nullptr;
    regions.push_back(std::move(region));
  }
  json::value differing = texts_json(differences(counted, ledgers));
  if (!report.no_ledgers.empty()) differing = nullptr;
  return {{"lines", static_cast<std::int64_t>(report.lines)},
          {"not_goods", static_cast<std::int64_t>(report.not_goods)},
          {"bad", static_cast<std::int64_t>(report.bad)},
          {"not_accounted_for", missing_lines(report)},
          {"took_ms", report.took_ms},
          {"all", tally_json(total_of(report))},
          {"regions", regions},
          {"recount", recount_json(counted)},
          {"differences", differing},
          {"oversold_units", counted.oversold_units}};
}

std::int64_t missing_lines(const Report& report) {
  return static_cast<std::int64_t>(report.lines - report.not_goods - report.bad) - total_of(report).lines();
}

std::string recount_text(const Recount& counted, bool colour) {
  const Counted sum = sum_of(counted);
  std::string text =
      "recounted from the answers alone: " + grouped(static_cast<std::int64_t>(counted.skus.size())) +
      " SKUs, stock " + grouped(sum.stock) + "\n  = purchased " + grouped(sum.purchased) + " - returned " +
      grouped(sum.returned) + " + written off " + grouped(sum.written_off) + " + left " +
      grouped(sum.stock - sum.purchased + sum.returned - sum.written_off) + "\n";
  if (sum.unknown_purchased + sum.unknown_returned > 0)
    text += "  unanswered, so perhaps also done: purchases of " + grouped(sum.unknown_purchased) +
            " units, returns of " + grouped(sum.unknown_returned) + "\n";
  std::size_t named = 0;
  for (const auto& [sku, units] : counted.oversold)
    if (named++ < named_max)
      text += painted("OVERSOLD " + printable(sku) + " by " + grouped(units), Paint::bad, colour) + "\n";
  for (const auto& contradiction : counted.contradictions)
    text += painted("CONTRADICTION " + printable(contradiction), Paint::bad, colour) + "\n";
  return text;
}

std::string verdict_text(const Recount& counted, bool colour) {
  return painted("oversold_units " + std::to_string(counted.oversold_units),
                 counted.good() ? Paint::good : Paint::bad, colour) +
         "\n";
}

std::string report_text(const Report& report, const Recount& counted, const Ledgers& ledgers, bool colour) {
  std::string text = table_text(report, counted, ledgers, colour) + "took " + span_ms(report.took_ms) +
                     "\n\n" + accounted_text(report) + recount_text(counted, colour);
  if (!report.no_ledgers.empty())
    return text + painted("NO LEDGERS to compare with: " + printable(report.no_ledgers), Paint::bad, colour) +
           "\n" + verdict_text(counted, colour);
  const auto found = differences(counted, ledgers);
  if (found.empty())
    return text + "the ledgers of all regions say the same\n" + verdict_text(counted, colour);
  for (std::size_t i = 0; i < found.size() && i < named_max; ++i)
    text += painted("DIFFERENT " + printable(found[i]), Paint::bad, colour) + "\n";
  text +=
      painted(grouped(static_cast<std::int64_t>(found.size())) + " differences between ledgers and answers",
              Paint::bad, colour);
  return text + "\n" + verdict_text(counted, colour);
}

}  // namespace holdfast::cli::replay
