#include "core/rebalance.h"

#include <algorithm>

#include "core/limits.h"

namespace holdfast {

namespace {

constexpr Millis lag{150};  // between a sale and the ask that it makes due, and until its row is told
constexpr std::int64_t deviations = 2;
constexpr std::int64_t shares = 1 << 16;

// The square root, rounded down (Newton).
std::int64_t square_root(std::int64_t of) {
  if (of < 2) return std::max<std::int64_t>(of, 0);
  std::int64_t root = of;
  for (std::int64_t next = (root + 1) / 2; next < root; next = (root + of / root) / 2) root = next;
  return root;
}

// Units wanted in so long, rounded up.
std::int64_t expected(Rate rate, Millis time) {
  const std::int64_t ms = std::min(time, limits::cover_max).count();
  const std::int64_t per_million_s = rate.per_million_s();
  return per_million_s / 1'000'000'000 * ms +
         (per_million_s % 1'000'000'000 * ms + 999'999'999) / 1'000'000'000;
}

// What is there, and who wants it, over all regions that are up.
struct World {
  Units available;
  Rate rate;

  // A region's part of what is there, by its part of the demand. Nobody's demand counts for nothing: where
  // none was seen yet a first shopper may come.
  [[nodiscard]] Units share(Rate of) const {
    const std::int64_t all = std::max<std::int64_t>(rate.per_million_s(), 1);
    const std::int64_t part = std::min(of.per_million_s() * shares / all, shares);
    return Units(available.count() / shares * part + available.count() % shares * part / shares);
  }
};

World world_of(const Snapshot& here) {
  World world{std::max(no_units, here.available), here.want.rate};
  for (const Other& other : here.others) {
    world.available += std::max(no_units, other.available);
    world.rate = world.rate + other.rate;
  }
  return world;
}

// An eighth of a basket is the least that helps anybody: what is scarce is shared out in these, and the odd
// one goes to one region instead of being left in crumbs to all. Baskets are as units see them, and the
// largest weigh most: many shoppers take much less.
Units least_of(const Want& want) {
  return std::max(Units(1), Units(std::min(want.basket, limits::quantity_max).count() / 8));
}

Units up_to(const World& world, const Want& want, Millis horizon) {
  const std::int64_t share = world.share(want.rate).count();
  return std::min(cover_for(want, horizon), Units(share - share % least_of(want).count()));
}

Millis longest_rtt(const Snapshot& here) {
  Millis longest{0};
  for (const Other& other : here.others) longest = std::max(longest, other.rtt);
  return longest;
}

struct Offer {
  const Other* giver;
  Units units;
  bool is_all = false;  // nothing is kept
};

// Most to give per round trip first; of equals the one that was named first.
std::vector<PlannedAsk> ask_in_order(std::vector<Offer> offers, Units need, record::TransferKind kind) {
  const auto per_round_trip = [](const Offer& offer) {
    return std::min(offer.units, limits::quantity_max).count() * 1000 / (offer.giver->rtt.count() + 10);
  };
  std::ranges::stable_sort(offers, std::greater{}, per_round_trip);
  std::vector<PlannedAsk> asks;
  for (const Offer& offer : offers) {
    if (need <= no_units) break;
    if (offer.units <= no_units) continue;
    const Units quantity = std::min(need, offer.units);
    asks.push_back({offer.giver->replica, quantity, kind});
    need -= quantity;
  }
  return asks;
}

std::vector<Offer> all_that_is_there(const Snapshot& here) {
  std::vector<Offer> offers;
  for (const Other& other : here.others)
    if (!other.cannot) offers.push_back({&other, other.available});
  return offers;
}

// What each has beyond its own cover or share, as far as can be judged from here.
std::vector<Offer> surpluses(const Snapshot& here, const World& world, Millis horizon) {
  std::vector<Offer> offers;
  for (const Other& other : here.others) {
    if (other.cannot) continue;
    const Units keeps = up_to(world, {other.rate, here.want.basket}, horizon);
    offers.push_back({&other, other.available - keeps, keeps == no_units});
  }
  return offers;
}

Units total(const std::vector<Offer>& offers) {
  Units units;
  for (const Offer& offer : offers) units += std::max(no_units, offer.units);
  return units;
}

// Where goods go by the thousand, each sale shifts the shares by a few units, and those would travel with
// every round trip; unless a shopper lacks just so few.
Units least_worth_moving(const Snapshot& here, Units lacking) {
  const Units basket = std::min(here.want.basket, limits::field_units_max);
  return Units((lacking > no_units ? std::min(lacking, basket) : basket).count() / 8);
}

}  // namespace

Units cover_for(const Want& want, Millis time) {
  if (want.rate == no_demand) return no_units;
  const std::int64_t mean = expected(want.rate, time);
  const std::int64_t basket = std::max<std::int64_t>(want.basket.count(), 1);
  const std::int64_t most = limits::field_units_max.count() / basket;
  return Units(mean + deviations * square_root(std::min(mean, most) * basket));
}

Units reorder_point(const Want& want, Millis rtt) { return cover_for(want, rtt + lag); }

std::vector<PlannedAsk> plan_asks(const Snapshot& here, const Lever& lever) {
  if (lever.move == RightsMove::off) return {};
  if (here.waiting > here.available)
    return ask_in_order(all_that_is_there(here), here.waiting - here.available, record::TransferKind::urgent);
  if (lever.move == RightsMove::urgent_only) return {};
  const World world = world_of(here);
  const Units refused = std::min(here.refused, world.available);
  const Units coming = here.available + here.on_its_way;
  if (coming >= std::max(reorder_point(here.want, longest_rtt(here)), refused)) return {};
  // One more than its share, rounded down: whose the odd part is, its giver knows.
  const Units target = std::max(up_to(world, here.want, lever.cover) + least_of(here.want), refused);
  std::vector<Offer> offers = surpluses(here, world, lever.cover);
  // Crumbs are gathered in any case.
  const bool are_crumbs =
      std::ranges::any_of(offers, [](const Offer& offer) { return offer.is_all && offer.units > no_units; });
  if (!are_crumbs && std::min(target - coming, total(offers)) < least_worth_moving(here, refused - coming))
    return {};
  return ask_in_order(std::move(offers), target - coming, record::TransferKind::cover);
}

Units willing_to_give(const Snapshot& here, const Asked& asked, const Lever& lever) {
  const Units available = std::max(no_units, here.available);
  const Units beyond_floor = std::max(no_units, available - lever.floor);
  if (lever.move == RightsMove::off) return no_units;
  const bool own_wait = here.waiting > no_units;
  if (own_wait && !asked.goes_first) return no_units;
  if (asked.kind == record::TransferKind::urgent) return beyond_floor;
  if (lever.move == RightsMove::urgent_only || own_wait) return no_units;
  if (here.want.rate == no_demand) return beyond_floor;
  Snapshot with_asker = here;
  const auto asker = std::ranges::find(with_asker.others, asked.asker, &Other::replica);
  if (asker == with_asker.others.end())  // it was never heard of, but by its ask
    with_asker.others.push_back({asked.asker, no_units, asked.rate});
  else
    asker->rate = std::max(asker->rate, asked.rate);
  // Of equals the one that has it keeps the odd part.
  const Units odd = here.want.rate >= asked.rate ? least_of(here.want) : no_units;
  const Units keeps = up_to(world_of(with_asker), here.want, lever.cover) + odd;
  const Units surplus = std::min(beyond_floor, std::max(no_units, available - keeps));
  return keeps > no_units && surplus < least_worth_moving(here, asked.lacking) ? no_units : surplus;
}

}  // namespace holdfast
