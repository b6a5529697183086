#include "core/forecast.h"

#include <algorithm>

#include "core/limits.h"

namespace holdfast {

namespace {

// Of the next basket's unit, how much it tells against all before: one in eight.
constexpr std::int32_t basket_memory = 8;
static_assert(limits::quantity_max.count() <= INT32_MAX);

}  // namespace

void Forecast::add(NodeTime now, Units wanted) {
  fade(now);
  burst_.add(wanted.count());
  habit_.add(wanted.count());
  const auto seen = static_cast<std::int32_t>(std::min(wanted, limits::quantity_max).count());
  if (basket_ == 0) basket_ = seen;
  const std::int32_t beyond = seen - basket_;
  // A large basket is seen by more units than a small one: it counts for more.
  basket_ += beyond > 0 ? beyond / (basket_memory / 2) : beyond / basket_memory;
}

Rate Forecast::rate(NodeTime now) const {
  Forecast faded = *this;
  faded.fade(now);
  return std::max(faded.burst_.rate(), faded.habit_.rate());
}

void Forecast::fade(NodeTime now) {
  if (now <= at_) return;
  burst_.fade(now - at_);
  habit_.fade(now - at_);
  at_ = now;
}

}  // namespace holdfast
