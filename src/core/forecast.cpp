#include "core/forecast.h"

#include <algorithm>

#include "core/limits.h"

namespace holdfast {

namespace {

// Of the next basket's unit, how much it tells against all before: one in eight.
constexpr std::int64_t basket_memory = 8;

}  // namespace

void Forecast::add(NodeTime now, Units wanted) {
  burst_.add(now, wanted.count());
  habit_.add(now, wanted.count());
  const Units seen = std::min(wanted, limits::quantity_max);
  if (basket_ == no_units) basket_ = seen;
  // A large basket is seen by more units than a small one: it counts for more.
  const std::int64_t weight = seen > basket_ ? basket_memory / 2 : basket_memory;
  basket_ += Units((seen - basket_).count() / weight);
}

Rate Forecast::rate(NodeTime now) const { return std::max(burst_.rate(now), habit_.rate(now)); }

}  // namespace holdfast
