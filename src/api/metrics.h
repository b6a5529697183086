// Counters and histograms, and their text for Prometheus (exposition format 0.0.4). Owner: whoever counts;
// threads: one.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::api {

// Microseconds in log-linear buckets: eight to each power of two, so that what is read back is at most an
// eighth too much. A count costs a few instructions.
class Histogram {
 public:
  void count(std::int64_t us, std::uint64_t times = 1);
  Histogram& operator+=(const Histogram& other);
  [[nodiscard]] std::uint64_t total() const { return total_; }
  [[nodiscard]] std::int64_t quantile_us(double q) const;  // an upper bound; 0 if nothing was counted
  [[nodiscard]] std::int64_t sum_us() const { return sum_us_; }
  [[nodiscard]] std::uint64_t count_up_to(std::int64_t power_of_two_us) const;  // counted below it

 private:
  static constexpr std::size_t parts = 8;
  static constexpr std::size_t powers = 36;  // up to 19 hours
  std::array<std::uint64_t, parts * powers> buckets_{};
  std::uint64_t total_ = 0;
  std::int64_t sum_us_ = 0;
};

// The last half minute to minute: two histograms, of which the older is dropped in turn.
class RecentHistogram {
 public:
  void count(std::int64_t now_us, std::int64_t us, std::uint64_t times = 1);
  [[nodiscard]] std::int64_t quantile_us(std::int64_t now_us, double q) const;

 private:
  void turn(std::int64_t now_us);

  static constexpr std::int64_t half_us = 30'000'000;
  Histogram current_;
  Histogram previous_;
  std::int64_t since_us_ = 0;  // of the current one
};

struct Sample {
  std::string labels;  // `region="eu"`, without the braces; may be empty
  double value = 0;
  std::string suffix;  // of the name: "_bucket"; mostly empty
};

struct MetricFamily {
  std::string name;
  std::string type;  // counter, gauge, histogram
  std::string help;
  std::vector<Sample> samples;
};

[[nodiscard]] MetricFamily histogram_family(std::string name, std::string help, const Histogram& histogram);
void append_text(std::string& out, const MetricFamily& family);

// `name="value"` with the value escaped.
[[nodiscard]] std::string label(std::string_view name, std::string_view value);

}  // namespace holdfast::api
