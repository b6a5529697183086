#include "client/known_regions.h"

#include <algorithm>
#include <iterator>
#include <random>
#include <stdexcept>
#include <utility>

#include "base/assert.h"
#include "client/countable.h"

namespace holdfast {
namespace {

std::uint64_t seed_of(const RetryOptions& options) {
  if (options.seed != 0) return options.seed;
  std::random_device device;
  return (std::uint64_t{device()} << 32) | device();
}

}  // namespace

KnownRegions::KnownRegions(std::size_t count, RetryOptions options)
    : options_(std::move(options)), all_(count), random_(seed_of(options_)) {
  HF_ASSERT(count > 0);
  for (auto* time :
       {&options_.deadline, &options_.fail_over_after, &options_.home_again_after, &options_.longest_pause})
    *time = countable(*time);
  options_.attempt_timeout = std::min(options_.attempt_timeout, options_.deadline);
}

void KnownRegions::heard(std::size_t region) {
  all_[region].silent_since.reset();
  all_[region].tried_again = {};
}

void KnownRegions::not_heard(std::size_t region, Time began, Time now) {
  Region& at = all_[region];
  if (!at.silent_since) at.silent_since = began;
  at.tried_again = std::max(at.tried_again, now + options_.home_again_after);
}

void KnownRegions::unwell(std::size_t region, Time now, std::chrono::milliseconds for_long) {
  Region& at = all_[region];
  at.silent_since = std::min(at.silent_since.value_or(now), now - options_.fail_over_after);
  at.tried_again = std::max(at.tried_again, now + std::max(options_.home_again_after, for_long));
}

bool KnownRegions::is_down(std::size_t region, Time now) const {
  const Region& at = all_[region];
  return at.silent_since && now - *at.silent_since >= options_.fail_over_after && now < at.tried_again;
}

std::size_t KnownRegions::preferred(Time now) const {
  for (std::size_t region = 0; region < all_.size(); ++region)
    if (!is_down(region, now)) return region;
  return 0;
}

std::size_t KnownRegions::other_than(std::size_t region, Time now) const {
  for (std::size_t step = 1; step < all_.size(); ++step)
    if (const std::size_t next = (region + step) % all_.size(); !is_down(next, now)) return next;
  return region;
}

Place KnownRegions::place_of(std::string_view id) const {
  const Place* place = places_.find(id);
  return place == nullptr ? Place{0, std::string(id)} : *place;
}

void KnownRegions::place(std::string_view id, Place place) {
  if (place.endpoint >= all_.size())
    throw std::out_of_range("there is no endpoint " + std::to_string(place.endpoint));
  places_.set(id, std::move(place));
}

bool KnownRegions::may_be_purchased(const std::string& id) const {
  const bool* may_be = purchases_.find(id);
  return may_be != nullptr && *may_be;
}

void KnownRegions::leave_behind(std::size_t region, std::string id) {
  if (all_[region].left_behind.size() < left_behind_max) all_[region].left_behind.push_back(std::move(id));
}

std::vector<std::string> KnownRegions::take_left_behind(std::size_t region, std::size_t count_max) {
  std::vector<std::string>& left = all_[region].left_behind;
  const auto end = left.begin() + static_cast<std::ptrdiff_t>(std::min(left.size(), count_max));
  std::vector<std::string> taken(std::move_iterator(left.begin()), std::move_iterator(end));
  left.erase(left.begin(), end);
  return taken;
}

std::chrono::milliseconds KnownRegions::pause(unsigned failed) {
  std::int64_t whole = options_.first_pause.count();
  while (failed-- > 1 && whole < options_.longest_pause.count()) whole *= 2;
  whole = std::clamp<std::int64_t>(whole, 1, std::max<std::int64_t>(options_.longest_pause.count(), 1));
  const std::int64_t half = whole / 2;
  return std::chrono::milliseconds(
      half + static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(whole - half) + 1)));
}

}  // namespace holdfast
