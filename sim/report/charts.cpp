#include "sim/report/charts.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "sim/report/svg.h"
#include "sim/report/tables.h"

namespace holdfast::sim {
namespace {

using Points = std::vector<std::pair<double, double>>;

double in_seconds(Micros time) { return static_cast<double>(time.count()) / 1e6; }
std::string region_colour(std::size_t region) { return "var(--r" + std::to_string(region % 8) + ")"; }

std::string span_text(double s) {
  if (s < 120) return shown(s, s == std::floor(s) ? 0 : 1) + " s";
  if (s < 7200) return shown(s / 60, std::fmod(s, 60) == 0 ? 0 : 1) + " min";
  return shown(s / 3600, 1) + " h";
}

void time_axis(Svg& svg, double most) {
  std::vector<std::pair<double, std::string>> ticks;
  for (const auto tick : ticks_up_to(most))
    if (tick <= most) ticks.emplace_back(tick, span_text(tick));
  svg.x_axis(ticks);
}

std::string cut_name(const Scenario& scenario, const Cut& cut) {
  const auto regions = scenario.regions.size();
  if (cut.pairs.size() > 1 && cut.pairs.size() == regions * (regions - 1) / 2) return "every region alone";
  std::string name;
  for (const auto& [a, b] : cut.pairs)
    name += (name.empty() ? "" : ", ") + scenario.regions[a] + "–" + scenario.regions[b];
  return name + " cut";
}

void cut_bands(Svg& svg, const Scenario& scenario, double most) {
  for (const auto& cut : scenario.cuts) {
    const double from = in_seconds(cut.from.time_since_epoch());
    const double to = cut.to ? std::min(in_seconds(cut.to->time_since_epoch()), most) : most;
    if (from < to) svg.band(from, to, cut_name(scenario, cut));
  }
}

// What grew between every so many samples, by second.
template <class Count>
Points rates(const Recording& recording, Count count) {
  constexpr std::size_t step = 3;
  Points points;
  const auto& samples = recording.samples;
  for (std::size_t i = step; i < samples.size(); i += step) {
    const double span = in_seconds(samples[i].at - samples[i - step].at);
    const double grown = static_cast<double>(count(samples[i]) - count(samples[i - step]));
    points.emplace_back(in_seconds(samples[i].at) - span / 2, span > 0 ? grown / span : 0);
  }
  return points;
}

double highest(const Points& points) {
  double most = 0;
  for (const auto& [x, y] : points) most = std::max(most, y);
  return most;
}

struct Layer {
  std::string name;
  std::string colour;
  Points points;
};

std::vector<Layer> attempt_layers(const Recording& recording) {
  std::vector<Layer> layers{
      {"granted", "var(--granted)", rates(recording, [](const Sample& s) { return s.granted; })}};
  for (std::size_t reason = 1; reason < denials; ++reason)
    layers.push_back({std::string(name_of(static_cast<Denial>(reason))),
                      "var(--d" + std::to_string(reason) + ")",
                      rates(recording, [reason](const Sample& s) { return s.denied[reason]; })});
  std::erase_if(layers, [](const Layer& layer) { return highest(layer.points) == 0; });
  return layers;
}

// From the top layer down to what was denied falsely, as they end at the right edge.
void name_layers(Svg& svg, const std::vector<Layer>& layers, bool falsely) {
  std::vector<Svg::Label> labels;
  double at = 0;
  if (falsely) labels.push_back({at, "false denials", "fill:var(--false)"});
  for (const auto& layer : layers) {
    at = std::max(layer.points.back().second, std::nextafter(at, 1e9));
    labels.push_back({at, layer.name, "fill:" + layer.colour});
  }
  svg.labels(std::move(labels));
}

}  // namespace

std::string rights_chart(const Scenario& scenario, const Recording& recording) {
  Svg svg({}, 70, "Rights of each region over time");
  double most = 0;
  for (const auto& sample : recording.samples)
    for (const auto units : sample.rights) most = std::max(most, static_cast<double>(units));
  const auto ticks = ticks_up_to(most);
  const double span = in_seconds(recording.duration());
  svg.scale(span, ticks.back());
  cut_bands(svg, scenario, span);
  svg.y_axis(ticks, "units");
  std::vector<Svg::Label> labels;
  for (std::size_t region = 0; region < scenario.regions.size(); ++region) {
    Points points;
    for (const auto& sample : recording.samples)
      points.emplace_back(in_seconds(sample.at), static_cast<double>(sample.rights[region]));
    if (points.empty()) continue;
    svg.line(points, "stroke:" + region_colour(region));
    labels.push_back({points.back().second, scenario.regions[region], "fill:" + region_colour(region)});
  }
  time_axis(svg, span);
  svg.labels(std::move(labels));
  return svg.done();
}

std::string attempts_chart(const Scenario& scenario, const Recording& recording) {
  Svg svg({}, 90, "Attempts by what became of them, over time");
  auto layers = attempt_layers(recording);
  if (layers.empty()) return {};
  Points below;
  for (const auto& [x, y] : layers.front().points) below.emplace_back(x, 0);
  for (std::size_t at = 1; at < layers.size(); ++at)
    for (std::size_t i = 0; i < below.size(); ++i)
      layers[at].points[i].second += layers[at - 1].points[i].second;
  const auto ticks = ticks_up_to(highest(layers.back().points));
  const double span = in_seconds(recording.duration());
  svg.scale(span, ticks.back());
  svg.y_axis(ticks, "attempts a second");
  for (const auto& layer : layers) {
    svg.area(layer.points, below, "fill:" + layer.colour);
    below = layer.points;
  }
  cut_bands(svg, scenario, span);
  const auto falsely = rates(recording, [](const Sample& s) { return s.denied_falsely; });
  if (highest(falsely) > 0) svg.line(falsely, "stroke:var(--false);stroke-dasharray:5 3");
  name_layers(svg, layers, highest(falsely) > 0);
  time_axis(svg, span);
  return svg.done();
}

std::string latency_chart(const Recording& recording, const Measures& measures) {
  Svg svg({.height = 170}, 70, "Reservations by how long they took");
  const auto& latency = recording.latency;
  const auto all = std::accumulate(latency.begin(), latency.end(), std::int64_t{0});
  if (all == 0) return {};
  const auto share = [all](std::int64_t count) {
    return 100.0 * static_cast<double>(count) / static_cast<double>(all);
  };
  const auto ticks = ticks_up_to(share(*std::ranges::max_element(latency)));
  const double steps = static_cast<double>(latency.size());
  svg.scale(steps, ticks.back());
  svg.y_axis(ticks, "% of reservations");
  for (std::size_t i = 0; i < latency.size(); ++i) {
    const double top = svg.y(share(latency[i]));
    const double left = svg.x(static_cast<double>(i)), right = svg.x(static_cast<double>(i + 1));
    if (latency[i] > 0)
      svg.rectangle(left + 1, top, right - left - 2, svg.y(0) - top, "class=\"bar\"",
                    shown(static_cast<double>(latency[i]), 0) + " reservations");
  }
  constexpr double per_ten = Recording::latency_steps;
  double free_from = 0;  // words must not cover each other
  const std::pair<const char*, Figure> marks[] = {{"p50", measures.reserve_ms.p50},
                                                  {"p99", measures.reserve_ms.p99},
                                                  {"p99.9", measures.reserve_ms.p999}};
  for (const auto& [name, ms] : marks) {
    const double at = std::clamp(std::log10(std::max(*ms, 0.01) / 0.01) * per_ten, 0.0, steps);
    svg.line({{at, 0}, {at, ticks.back()}}, "stroke:var(--ink);stroke-dasharray:2 3;stroke-width:1");
    const double left = std::max(svg.x(at) + 4, free_from);
    svg.text(left, svg.frame().top - 5, std::string(name) + " " + shown(ms, *ms < 10 ? 2 : 0) + " ms",
             "class=\"tick\"");
    free_from = left + 92;
  }
  svg.x_axis({{0, "0.01 ms"},
              {per_ten, "0.1 ms"},
              {2 * per_ten, "1 ms"},
              {3 * per_ten, "10 ms"},
              {4 * per_ten, "100 ms"},
              {5 * per_ten, "1 s"},
              {6 * per_ten, "10 s"}});
  return svg.done();
}

std::string moved_chart(const Scenario& scenario, const Recording& recording) {
  const auto moved = rates(recording, [](const Sample& s) { return s.units_moved; });
  if (highest(moved) == 0) return {};
  Svg svg({.height = 130}, 70, "Units moved between regions, over time");
  const auto ticks = ticks_up_to(highest(moved));
  const double span = in_seconds(recording.duration());
  svg.scale(span, ticks.back());
  cut_bands(svg, scenario, span);
  svg.y_axis(ticks, "units a second");
  Points zero;
  for (const auto& [x, y] : moved) zero.emplace_back(x, 0);
  svg.area(moved, zero, "fill:var(--bar);opacity:.35");
  svg.line(moved, "stroke:var(--bar)");
  time_axis(svg, span);
  return svg.done();
}

std::string moved_table(const Scenario& scenario, const Recording& recording) {
  std::int64_t most = 0;
  for (const auto& row : recording.units_between)
    for (const auto units : row) most = std::max(most, units);
  if (most == 0) return "<p>Nothing moved.</p>";
  std::string html = "<table class=\"moved\"><tr><th>from \\ to</th>";
  for (const auto& region : scenario.regions) html += "<th>" + escaped(region) + "</th>";
  html += "</tr>\n";
  for (std::size_t from = 0; from < scenario.regions.size(); ++from) {
    html += "<tr><th>" + escaped(scenario.regions[from]) + "</th>";
    for (std::size_t to = 0; to < scenario.regions.size(); ++to) {
      const auto units = recording.units_between[from][to];
      const auto tint =
          static_cast<int>(std::lround(70.0 * static_cast<double>(units) / static_cast<double>(most)));
      html += from == to ? "<td class=\"none\"></td>"
                         : "<td style=\"--tint:" + std::to_string(tint) + "%\">" +
                               (units > 0 ? shown(static_cast<double>(units), 0) : "·") + "</td>";
    }
    html += "</tr>\n";
  }
  return html + "</table>\n";
}

}  // namespace holdfast::sim
