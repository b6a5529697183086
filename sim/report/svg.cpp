#include "sim/report/svg.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace holdfast::sim {
namespace {

std::string n(double number) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", number);
  std::string plain = text;
  if (plain.ends_with(".0")) plain.resize(plain.size() - 2);
  return plain;
}

std::string points_of(const Svg& svg, const std::vector<std::pair<double, double>>& points) {
  std::string text;
  for (const auto& [x, y] : points) text += (text.empty() ? "" : " ") + n(svg.x(x)) + "," + n(svg.y(y));
  return text;
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: out += c;
    }
  return out;
}

std::string short_number(double number) {
  if (number >= 1e6) return n(number / 1e6) + "M";
  if (number >= 1e4) return n(number / 1e3) + "k";
  if (number >= 10 || number == std::floor(number)) return n(std::round(number));
  char text[32];
  std::snprintf(text, sizeof text, "%.2g", number);
  return text;
}

std::vector<double> ticks_up_to(double most) {
  if (most <= 0) return {0, 1};
  const double rough = most / 4;
  const double ten = std::pow(10, std::floor(std::log10(rough)));
  const double step = rough > 5 * ten ? 10 * ten : rough > 2 * ten ? 5 * ten : rough > ten ? 2 * ten : ten;
  std::vector<double> ticks{0};
  while (ticks.back() < most) ticks.push_back(ticks.back() + step);
  return ticks;
}

Svg::Svg(Frame frame, double right, std::string_view described) : frame_(frame) {
  const auto width = n(frame.left + frame.width + right), height = n(frame.top + frame.height + 28);
  text_ = "<svg viewBox=\"0 0 " + width + " " + height + "\" role=\"img\" aria-label=\"" +
          escaped(described) + "\">\n";
}

void Svg::y_axis(const std::vector<double>& ticks, std::string_view unit) {
  for (const auto tick : ticks) {
    const auto at = n(y(tick));
    text_ += "<line class=\"grid\" x1=\"" + n(frame_.left) + "\" x2=\"" + n(frame_.left + frame_.width) +
             "\" y1=\"" + at + "\" y2=\"" + at + "\"/>";
    text(frame_.left - 8, y(tick) + 4, short_number(tick), "class=\"tick\" text-anchor=\"end\"");
  }
  text(0, frame_.top - 16, unit, "class=\"tick\"");
}

void Svg::x_axis(const std::vector<std::pair<double, std::string>>& ticks) {
  const double bottom = frame_.top + frame_.height;
  for (const auto& [at, words] : ticks) {
    text_ += "<line class=\"axis\" x1=\"" + n(x(at)) + "\" x2=\"" + n(x(at)) + "\" y1=\"" + n(bottom) +
             "\" y2=\"" + n(bottom + 4) + "\"/>";
    text(x(at), bottom + 18, words, "class=\"tick\" text-anchor=\"middle\"");
  }
  text_ += "<line class=\"axis\" x1=\"" + n(frame_.left) + "\" x2=\"" + n(frame_.left + frame_.width) +
           "\" y1=\"" + n(bottom) + "\" y2=\"" + n(bottom) + "\"/>\n";
}

void Svg::band(double from, double to, std::string_view label) {
  rectangle(x(from), frame_.top, x(to) - x(from), frame_.height, "class=\"cut\"", label);
  text(x(from) + 5, frame_.top + 13, label, "class=\"cut-label\"");
}

void Svg::line(const std::vector<std::pair<double, double>>& points, std::string_view style) {
  text_ += "<polyline class=\"line\" style=\"" + std::string(style) + "\" points=\"" +
           points_of(*this, points) + "\"/>\n";
}

void Svg::area(const std::vector<std::pair<double, double>>& upper,
               const std::vector<std::pair<double, double>>& lower, std::string_view style) {
  auto back = lower;
  std::ranges::reverse(back);
  text_ += "<polygon style=\"" + std::string(style) + "\" points=\"" + points_of(*this, upper) + " " +
           points_of(*this, back) + "\"/>\n";
}

void Svg::rectangle(double left, double top, double width, double height, std::string_view style,
                    std::string_view hint) {
  text_ += "<rect " + std::string(style) + " x=\"" + n(left) + "\" y=\"" + n(top) + "\" width=\"" + n(width) +
           "\" height=\"" + n(height) + "\"><title>" + escaped(hint) + "</title></rect>\n";
}

void Svg::text(double left, double top, std::string_view words, std::string_view attributes) {
  text_ += "<text x=\"" + n(left) + "\" y=\"" + n(top) + "\" " + std::string(attributes) + ">" +
           escaped(words) + "</text>\n";
}

void Svg::labels(std::vector<Label> labels) {
  constexpr double apart = 15;
  std::ranges::stable_sort(labels, std::ranges::greater(), &Label::at);
  std::vector<double> tops;
  for (const auto& label : labels)
    tops.push_back(tops.empty() ? y(label.at) : std::max(y(label.at), tops.back() + apart));
  // Pushed back up from the bottom where they ran out of it.
  double lowest = frame_.top + frame_.height + 4;
  for (std::size_t i = tops.size(); i-- > 0;) {
    tops[i] = std::min(tops[i], lowest);
    lowest = tops[i] - apart;
  }
  const double left = frame_.left + frame_.width + 8;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    rectangle(left, tops[i] - 5, 9, 9, "rx=\"2\" style=\"" + labels[i].style + "\"", labels[i].text);
    text(left + 14, tops[i] + 4, labels[i].text, "class=\"label\"");
  }
}

}  // namespace holdfast::sim
