#include "sim/report/tables.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <map>
#include <numeric>
#include <span>

namespace holdfast::sim {
namespace {

// The shortest text that reads back as the same number.
std::string exact(const Figure& figure, const std::string& nothing) {
  if (!figure) return nothing;
  char text[64];
  const auto end = std::to_chars(text, text + sizeof text, *figure).ptr;
  return {text, end};
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c >= 0 && c < ' ') {
      char code[8];
      std::snprintf(code, sizeof code, "\\u%04x", static_cast<unsigned>(c));
      out += code;
    } else {
      out += c;
    }
  }
  return out + "\"";
}

// A field of CSV (RFC 4180).
std::string field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + "\"";
}

std::vector<std::string> parts_of(std::string_view name) {
  std::vector<std::string> parts(1);
  for (const char c : name)
    if (c == '_')
      parts.emplace_back();
    else
      parts.back() += c;
  return parts;
}

using Row = std::vector<std::string>;
enum class OfSeeds : std::uint8_t { median, worst };

std::string aligned(const std::vector<Row>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()), 0);
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string gap(widths[i] - row[i].size(), ' ');
      line += (i > 0 ? "  " : "") + (i == 0 ? row[i] + gap : gap + row[i]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

// Names over several lines, as "false / denial / pct" stand above each other.
std::vector<Row> head_rows() {
  const auto columns = named(Measures{});
  std::size_t height = 0;
  for (const auto& column : columns) height = std::max(height, parts_of(column.name).size());
  std::vector<Row> rows(height, Row{""});
  for (const auto& column : columns) {
    const auto parts = parts_of(column.name);
    for (std::size_t i = 0; i < height; ++i) rows[i].push_back(i < parts.size() ? parts[i] : "");
  }
  return rows;
}

// Of one measure over the runs that have it, in order.
std::vector<double> sorted_values(const std::vector<const Measured*>& results, std::size_t measure) {
  std::vector<double> values;
  for (const auto* result : results)
    if (const auto value = named(result->measures)[measure].value) values.push_back(*value);
  std::ranges::sort(values);
  return values;
}

// Over seeds; the greatest is the worst of all but what was served.
std::vector<Named> over_seeds(const std::vector<const Measured*>& results, OfSeeds which) {
  auto all = named(results.front()->measures);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto values = sorted_values(results, i);
    if (values.empty())
      all[i].value.reset();
    else if (which == OfSeeds::worst)
      all[i].value = all[i].name.starts_with("served_") ? values.front() : values.back();
    else
      all[i].value = (values[(values.size() - 1) / 2] + values[values.size() / 2]) / 2;
  }
  return all;
}

std::string label_of(const Measured& result) { return result.policy + (result.waiting ? " (waiting)" : ""); }

}  // namespace

std::string shown(const Figure& figure, int decimals) {
  if (!figure) return "-";
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", decimals, *figure);
  std::string digits = text;
  const auto point = std::min(digits.find('.'), digits.size());
  for (std::size_t i = point; i > 3 && digits[i - 4] != '-'; i -= 3) digits.insert(i - 3, ",");
  return digits;
}

std::string table_text(const std::vector<Measured>& results) {
  std::vector<std::string> scenarios;
  for (const auto& result : results)
    if (std::ranges::find(scenarios, result.scenario) == scenarios.end())
      scenarios.push_back(result.scenario);
  std::string text;
  for (const auto& scenario : scenarios) {
    std::vector<std::string> labels;
    std::map<std::string, std::vector<const Measured*>> by_label;
    for (const auto& result : results) {
      if (result.scenario != scenario) continue;
      const auto label = label_of(result);
      if (!by_label.contains(label)) labels.push_back(label);
      by_label[label].push_back(&result);
    }
    auto rows = head_rows();
    rows.front().front() = scenario;
    for (const auto& label : labels) {
      const auto& of_label = by_label[label];
      const auto add = [&](const std::string& name, OfSeeds which) {
        Row row{name};
        for (const auto& figure : over_seeds(of_label, which))
          row.push_back(shown(figure.value, figure.decimals));
        rows.push_back(std::move(row));
      };
      add(label, OfSeeds::median);
      if (of_label.size() > 1) add("  worst", OfSeeds::worst);
    }
    text += (text.empty() ? "" : "\n") + aligned(rows);
  }
  return text;
}

std::string json_text(const std::vector<Measured>& results) {
  std::string text = "[";
  for (const auto& result : results) {
    text += (text.size() > 1 ? ",\n " : "\n ") + std::string("{\"scenario\":") + quoted(result.scenario) +
            ",\"policy\":" + quoted(result.policy) + ",\"seed\":" + std::to_string(result.seed) +
            ",\"waiting\":" + (result.waiting ? "true" : "false");
    constexpr std::string_view latency = "reserve_ms_";
    std::string inner;
    for (const auto& [name, value, decimals] : named(result.measures)) {
      const auto number = exact(value, "null");
      if (!name.starts_with(latency)) {
        text += "," + quoted(name) + ":" + number;
        continue;
      }
      inner += (inner.empty() ? "" : ",") + quoted(name.substr(latency.size())) + ":" + number;
      if (name.ends_with("p999")) text += ",\"reserve_ms\":{" + inner + "}";
    }
    text += ",\"attempts\":" + std::to_string(result.measures.attempts) +
            ",\"granted\":" + std::to_string(result.measures.granted) +
            ",\"sales\":" + std::to_string(result.measures.sales) +
            ",\"units_sold\":" + std::to_string(result.measures.units_sold) + "}";
  }
  return text + "\n]\n";
}

std::string csv_text(const std::vector<Measured>& results) {
  std::string text = "scenario,policy,seed,waiting";
  for (const auto& column : named(Measures{})) text += "," + std::string(column.name);
  text += ",attempts,granted,sales,units_sold\n";
  for (const auto& result : results) {
    text += field(result.scenario) + "," + result.policy + "," + std::to_string(result.seed) + "," +
            (result.waiting ? "true" : "false");
    for (const auto& column : named(result.measures)) text += "," + exact(column.value, "");
    const auto& m = result.measures;
    text += "," + std::to_string(m.attempts) + "," + std::to_string(m.granted) + "," +
            std::to_string(m.sales) + "," + std::to_string(m.units_sold) + "\n";
  }
  return text;
}

std::string sold_text(const std::vector<std::string>& regions, const std::vector<std::int64_t>& wanted,
                      const std::vector<Measured>& results) {
  std::vector<Row> rows{{"units"}};
  rows[0].insert(rows[0].end(), regions.begin(), regions.end());
  rows[0].insert(rows[0].end(), {"all", "of wanted"});
  const auto all_wanted = std::accumulate(wanted.begin(), wanted.end(), std::int64_t{0});
  const auto add = [&](const std::string& label, std::span<const std::int64_t> units) {
    Row row{label};
    for (const auto count : units) row.push_back(shown(static_cast<double>(count), 0));
    const auto all = static_cast<double>(std::accumulate(units.begin(), units.end(), std::int64_t{0}));
    row.push_back(shown(all, 0));
    row.push_back(shown(100 * all / static_cast<double>(std::max<std::int64_t>(all_wanted, 1)), 1) + " %");
    rows.push_back(std::move(row));
  };
  add("wanted", wanted);
  for (const auto& result : results)
    add(label_of(result), std::span(result.measures.units_sold_in).first(regions.size()));
  return aligned(rows);
}

std::string run_text(const Measured& result) {
  const auto& m = result.measures;
  std::vector<Row> rows{{"attempts", shown(static_cast<double>(m.attempts), 0)},
                        {"granted", shown(static_cast<double>(m.granted), 0)},
                        {"sales", shown(static_cast<double>(m.sales), 0)},
                        {"units_sold", shown(static_cast<double>(m.units_sold), 0)}};
  for (const auto& [name, value, decimals] : named(m))
    rows.push_back({std::string(name), shown(value, decimals)});
  return result.scenario + ", " + label_of(result) + "\n" + aligned(rows);
}

}  // namespace holdfast::sim
