// Svg: pictures as text, in one coordinate system with a frame for data inside. Colours are CSS classes or
// variables of the page, so that light, dark and paper each have their own.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace holdfast::sim {

[[nodiscard]] std::string escaped(std::string_view text);  // for HTML
// 950, 12k, 3.4M
[[nodiscard]] std::string short_number(double number);
// Round steps from 0 up to at least `most`: four to six of them.
[[nodiscard]] std::vector<double> ticks_up_to(double most);

class Svg {
 public:
  struct Frame {
    double left = 58, top = 30, width = 760, height = 230;
  };
  // `right`: room beside the frame, for labels.
  Svg(Frame frame, double right, std::string_view described);

  [[nodiscard]] const Frame& frame() const { return frame_; }
  // What the frame's edges stand for.
  void scale(double x_most, double y_most) { x_most_ = x_most, y_most_ = y_most; }
  [[nodiscard]] double x(double value) const { return frame_.left + value / x_most_ * frame_.width; }
  [[nodiscard]] double y(double value) const {
    return frame_.top + frame_.height - value / y_most_ * frame_.height;
  }

  void y_axis(const std::vector<double>& ticks, std::string_view unit);
  void x_axis(const std::vector<std::pair<double, std::string>>& ticks);
  void band(double from, double to, std::string_view label);
  void line(const std::vector<std::pair<double, double>>& points, std::string_view style);
  void area(const std::vector<std::pair<double, double>>& upper,
            const std::vector<std::pair<double, double>>& lower, std::string_view style);
  void rectangle(double left, double top, double width, double height, std::string_view style,
                 std::string_view hint);
  void text(double left, double top, std::string_view text, std::string_view attributes);
  // Names at the right edge, the highest first, with a spot of their colour; moved apart where they would
  // cover each other.
  struct Label {
    double at = 0;  // in data
    std::string text;
    std::string style;
  };
  void labels(std::vector<Label> labels);

  [[nodiscard]] std::string done() const { return text_ + "</svg>\n"; }

 private:
  Frame frame_;
  double x_most_ = 1, y_most_ = 1;
  std::string text_;
};

}  // namespace holdfast::sim
