#include "core/rebalance.h"

#include <algorithm>

namespace holdfast {

namespace {

constexpr std::int64_t cover_horizon_ms = 5'000;

// The square root, rounded down (Newton).
std::int64_t square_root(std::int64_t of) {
  if (of < 2) return std::max<std::int64_t>(of, 0);
  std::int64_t root = of;
  for (std::int64_t next = (root + 1) / 2; next < root; next = (root + of / root) / 2) root = next;
  return root;
}

// Most to give first; of equals the nearer one, then the one that was named first.
void sort_givers(std::vector<Giver>& givers) {
  std::ranges::stable_sort(givers, [](const Giver& a, const Giver& b) {
    return a.available != b.available ? a.available > b.available : a.rtt < b.rtt;
  });
}

std::vector<PlannedAsk> ask_in_order(const std::vector<Giver>& givers, Units need,
                                     record::TransferKind kind) {
  std::vector<PlannedAsk> asks;
  for (const Giver& giver : givers) {
    if (need <= no_units) break;
    if (giver.available <= no_units) continue;
    const Units quantity = std::min(need, giver.available);
    asks.push_back({giver.replica, quantity, kind});
    need -= quantity;
  }
  return asks;
}

}  // namespace

// Expected demand over the horizon, and two standard deviations of it as if shoppers came independently.
Units cover_for(std::int64_t rate_per_1000_s) {
  const std::int64_t expected = (rate_per_1000_s * cover_horizon_ms + 999'999) / 1'000'000;
  return Units(expected + 2 * square_root(expected));
}

std::vector<PlannedAsk> plan_asks(const Snapshot& here, RightsMove move) {
  if (move == RightsMove::off) return {};
  std::vector<Giver> givers = here.givers;
  sort_givers(givers);
  if (const Units need = here.waiting - here.available; here.waiting > no_units && need > no_units)
    return ask_in_order(givers, need, record::TransferKind::urgent);
  if (move == RightsMove::urgent_only) return {};
  const Units cover = std::max(cover_for(here.rate), here.refused);
  // Asked before it runs dry, and not again for every unit that is sold.
  if (here.available >= here.refused && here.available + here.available >= cover) return {};
  return ask_in_order(givers, cover - here.available, record::TransferKind::cover);
}

Units willing_to_give(const GiverView& giver, record::TransferKind kind, RightsMove move) {
  const Units available = std::max(no_units, giver.available);
  if (move == RightsMove::off) return no_units;
  if (giver.own_shoppers_wait && !giver.asker_goes_first) return no_units;
  if (kind == record::TransferKind::urgent) return available;
  if (move == RightsMove::urgent_only || giver.own_shoppers_wait) return no_units;
  const Units cover = cover_for(giver.own_rate);
  if (giver.own_rate == 0) return available;
  // Of scarce stock each keeps what its demand is of both demands. In parts of 1024, so that it stays in 64
  // bits.
  const std::int64_t part = giver.own_rate * 1024 / (giver.own_rate + giver.asker_rate);
  const Units share(available.count() / 1024 * part + available.count() % 1024 * part / 1024 + 1);
  return std::max(no_units, available - std::min(cover, share));
}

}  // namespace holdfast
