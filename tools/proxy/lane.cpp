#include "proxy/lane.h"

#include <algorithm>

namespace holdfast::proxy {

using namespace std::chrono_literals;

namespace {

// Late timers are made up for, as long as they are not later than this.
constexpr Time throttle_credit = 20ms;

std::size_t throttle_slice(const Faults& faults) {  // what passes in 10 ms
  return static_cast<std::size_t>(std::max<std::uint64_t>(1, faults.throttle_bytes_per_s / 100));
}

// A slow link holds no more than it delivers in a quarter of a second, or its delay would grow without end.
std::size_t capacity(const Faults& faults) {
  if (faults.throttle_bytes_per_s == 0) return lane_bytes_max;
  return static_cast<std::size_t>(
      std::clamp<std::uint64_t>(faults.throttle_bytes_per_s / 4, throttled_lane_bytes_min, lane_bytes_max));
}

}  // namespace

Counters& Counters::operator+=(const Counters& other) {
  bytes_in += other.bytes_in;
  bytes_out += other.bytes_out;
  bytes_lost += other.bytes_lost;
  bytes_flipped += other.bytes_flipped;
  return *this;
}

Lane::Lane(Direction direction, std::uint64_t seed) : direction_(direction), flips_(seed), jitter_(~seed) {}

std::size_t Lane::room(const Faults& faults) const {
  if (includes(faults.stall, direction_) || end_ != End::none) return 0;
  const std::size_t most = capacity(faults);
  return held() >= most ? 0 : most - held();
}

Time Lane::due_at(Time now, const Faults& faults) {
  Time at = now + faults.delay;
  if (faults.jitter > 0ms) at += Time(jitter_(static_cast<std::uint64_t>(Time(faults.jitter).count()) + 1));
  return last_due_ = std::max(last_due_, at);
}

void Lane::flip(std::span<std::byte> bytes, std::uint64_t one_in) {
  for (std::byte& byte : bytes) {
    if (flips_(one_in) != 0) continue;
    byte ^= std::byte{1} << flips_(8);
    ++counters_.bytes_flipped;
  }
}

void Lane::take(Time now, std::span<const std::byte> bytes, const Faults& faults) {
  if (bytes.empty()) return;
  counters_.bytes_in += bytes.size();
  if (includes(faults.cut, direction_)) {
    counters_.bytes_lost += bytes.size();
    broken_ = true;
    return;
  }
  chunks_.push_back({{bytes.begin(), bytes.end()}, now, due_at(now, faults)});
  held_bytes_ += bytes.size();
  if (faults.flip_one_byte_in > 0) flip(chunks_.back().bytes, faults.flip_one_byte_in);
}

void Lane::end(Time now, End how, const Faults& faults) {
  if (includes(faults.cut, direction_)) {
    broken_ = true;
    return;
  }
  end_ = how;
  end_taken_ = now;
  end_due_ = due_at(now, faults);
}

// What was on its way when the cable was cut.
void Lane::lose() {
  if (empty()) return;
  broken_ = true;
  counters_.bytes_lost += held_bytes_;
  chunks_.clear();
  held_bytes_ = 0;
  front_delivered_ = 0;
  end_ = End::none;
}

Due Lane::due(Time now, const Faults& faults) {
  if (includes(faults.cut, direction_)) lose();
  if (empty() || includes(faults.stall, direction_)) return {};
  const Time latest = (chunks_.empty() ? end_taken_ : chunks_.front().taken) + faults.delay + faults.jitter;
  Time at = std::min(latest, chunks_.empty() ? end_due_ : chunks_.front().due);
  if (faults.throttle_bytes_per_s > 0 && !chunks_.empty()) at = std::max(at, free_at_);
  if (now < at) return {.again = at};
  if (chunks_.empty()) return {.end = end_};
  auto bytes = std::span<const std::byte>(chunks_.front().bytes).subspan(front_delivered_);
  if (faults.throttle_bytes_per_s > 0) bytes = bytes.first(std::min(bytes.size(), throttle_slice(faults)));
  return {.bytes = bytes};
}

void Lane::delivered(Time now, std::size_t bytes, const Faults& faults) {
  counters_.bytes_out += bytes;
  held_bytes_ -= bytes;
  front_delivered_ += bytes;
  if (front_delivered_ == chunks_.front().bytes.size()) {
    chunks_.pop_front();
    front_delivered_ = 0;
  }
  if (faults.throttle_bytes_per_s == 0) return;
  const auto takes = static_cast<std::int64_t>(bytes * 1'000'000 / faults.throttle_bytes_per_s);
  free_at_ = std::max(now - throttle_credit, free_at_) + Time(takes);
}

void Lane::ended() { end_ = End::none; }

}  // namespace holdfast::proxy
