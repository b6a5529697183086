#include "api/metrics.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>

namespace holdfast::api {
namespace {

// Buckets 0 to 7 are 0 to 7 µs; after them, eight to each power of two.
std::size_t bucket_of(std::uint64_t us, std::size_t parts) {
  if (us < parts) return static_cast<std::size_t>(us);
  const auto power = static_cast<std::size_t>(std::bit_width(us) - 1);  // at least 3
  const auto part = static_cast<std::size_t>(us >> (power - 3)) - parts;
  return (power - 2) * parts + part;
}

// The least that is beyond the bucket.
std::int64_t bucket_end(std::size_t bucket, std::size_t parts) {
  if (bucket < parts) return static_cast<std::int64_t>(bucket) + 1;
  const std::size_t power = bucket / parts + 2;
  return static_cast<std::int64_t>((bucket % parts + parts + 1) << (power - 3));
}

void append_number(std::string& out, double value) {
  std::array<char, 40> digits{};
  if (std::isinf(value)) {
    out += value < 0 ? "-Inf" : "+Inf";
    return;
  }
  const bool whole = std::abs(value) < 9e15 && value == std::floor(value);
  const auto end =
      whole ? std::to_chars(digits.data(), digits.data() + digits.size(), static_cast<std::int64_t>(value))
            : std::to_chars(digits.data(), digits.data() + digits.size(), value);
  out.append(digits.data(), end.ptr);
}

std::string seconds_text(std::int64_t us) {
  std::string text;
  append_number(text, static_cast<double>(us) / 1e6);
  return text;
}

}  // namespace

void Histogram::count(std::int64_t us, std::uint64_t times) {
  const auto counted = static_cast<std::uint64_t>(std::max<std::int64_t>(us, 0));
  buckets_[std::min(bucket_of(counted, parts), buckets_.size() - 1)] += times;
  total_ += times;
  sum_us_ += static_cast<std::int64_t>(counted * times);
}

Histogram& Histogram::operator+=(const Histogram& other) {
  for (std::size_t i = 0; i < buckets_.size(); ++i) buckets_[i] += other.buckets_[i];
  total_ += other.total_;
  sum_us_ += other.sum_us_;
  return *this;
}

std::int64_t Histogram::quantile_us(double q) const {
  if (total_ == 0) return 0;
  const auto wanted = static_cast<std::uint64_t>(std::ceil(q * static_cast<double>(total_)));
  std::uint64_t seen = 0;
  for (std::size_t bucket = 0; bucket < buckets_.size(); ++bucket) {
    seen += buckets_[bucket];
    if (seen >= std::max<std::uint64_t>(wanted, 1)) return bucket_end(bucket, parts);
  }
  return bucket_end(buckets_.size() - 1, parts);
}

std::uint64_t Histogram::count_up_to(std::int64_t power_of_two_us) const {
  std::uint64_t below = 0;
  for (std::size_t bucket = 0; bucket < buckets_.size() && bucket_end(bucket, parts) <= power_of_two_us;
       ++bucket)
    below += buckets_[bucket];
  return below;
}

void RecentHistogram::turn(std::int64_t now_us) {
  const std::int64_t age = now_us - since_us_;
  if (age < half_us) return;
  previous_ = age < 2 * half_us ? current_ : Histogram();
  current_ = {};
  since_us_ = now_us;
}

void RecentHistogram::count(std::int64_t now_us, std::int64_t us, std::uint64_t times) {
  turn(now_us);
  current_.count(us, times);
}

std::int64_t RecentHistogram::quantile_us(std::int64_t now_us, double q) const {
  RecentHistogram both = *this;
  both.turn(now_us);
  both.current_ += both.previous_;
  return both.current_.quantile_us(q);
}

std::string label(std::string_view name, std::string_view value) {
  std::string label = std::string(name) + "=\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') label += '\\';
    c == '\n' ? label += "\\n" : label += c;
  }
  return label + '"';
}

MetricFamily histogram_family(std::string name, std::string help, const Histogram& histogram) {
  MetricFamily family{std::move(name), "histogram", std::move(help), {}};
  constexpr std::int64_t least_us = 16;
  constexpr std::int64_t most_us = 16 << 20;
  for (std::int64_t us = least_us; us <= most_us; us *= 2)
    family.samples.push_back(
        {label("le", seconds_text(us)), static_cast<double>(histogram.count_up_to(us)), "_bucket"});
  family.samples.push_back({label("le", "+Inf"), static_cast<double>(histogram.total()), "_bucket"});
  family.samples.push_back({"", static_cast<double>(histogram.sum_us()) / 1e6, "_sum"});
  family.samples.push_back({"", static_cast<double>(histogram.total()), "_count"});
  return family;
}

void append_text(std::string& out, const MetricFamily& family) {
  out += "# HELP " + family.name + ' ' + family.help + "\n# TYPE " + family.name + ' ' + family.type + '\n';
  for (const Sample& sample : family.samples) {
    out += family.name + sample.suffix;
    if (!sample.labels.empty()) out += '{' + sample.labels + '}';
    out += ' ';
    append_number(out, sample.value);
    out += '\n';
  }
}

}  // namespace holdfast::api
