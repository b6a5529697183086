#include "core/claims.h"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <tuple>

namespace holdfast {

namespace {

// First whoever wants about as much as any, then the others; each of them by name.
std::vector<std::size_t> in_order(const std::vector<Claimant>& of) {
  const Rate most = std::ranges::max(of, {}, &Claimant::demand).demand;
  std::vector<std::size_t> order(of.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) {
    const bool wants_less = of[i].demand + of[i].demand < most;
    return std::tuple(wants_less, of[i].region);
  });
  return order;
}

}  // namespace

std::vector<Units> claims(const std::vector<Claimant>& of, Units portion) {
  std::vector<Units> claimed(of.size());
  Units all;
  for (const Claimant& claimant : of) all += claimant.available;
  std::vector<std::size_t> order = in_order(of);
  const auto portions = static_cast<std::uint64_t>(all.count() / portion.count());
  order.resize(std::clamp<std::uint64_t>(portions, 1, order.size()));
  Rate demand;
  for (const std::size_t i : order) demand = demand + of[i].demand;
  if (demand == no_demand) return claimed;
  Units left = all;
  for (const std::size_t i : order) {
    const Units part = part_of(all, of[i].demand.per_million_s(), demand.per_million_s());
    claimed[i] = Units(part.count() - part.count() % portion.count());
    left -= claimed[i];
  }
  for (std::size_t next = 0; left > no_units; next = (next + 1) % order.size()) {
    const Units more = std::min(left, portion);
    claimed[order[next]] += more;
    left -= more;
  }
  return claimed;
}

}  // namespace holdfast
