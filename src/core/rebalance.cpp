#include "core/rebalance.h"

#include <algorithm>

#include "core/claims.h"
#include "core/limits.h"

namespace holdfast {

namespace {

constexpr Millis lag{150};  // between a sale and the ask that it makes due, and until its row is told
constexpr std::int64_t deviations = 2;

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

// Half a basket is the least that it is worth to have. Baskets are as units see them, and the largest weigh
// most: many shoppers take much less.
Units half_basket(const Want& want) {
  return std::max(Units(1), Units(std::min(want.basket, limits::quantity_max).count() / 2));
}

// What each wants to have: first here, then as in `others`. Of what is plenty, cover; of what is scarce, its
// claim.
std::vector<Units> levels_of(const Snapshot& here, Millis horizon) {
  std::vector<Claimant> claimants{{here.region, std::max(no_units, here.available), here.demand}};
  for (const Other& other : here.others)
    claimants.push_back({other.region, std::max(no_units, other.available), other.rate});
  std::vector<Units> levels = claims(claimants, half_basket(here.want));
  for (std::size_t i = 0; i < levels.size(); ++i) {
    const Rate rate = i == 0 ? here.want.rate : here.others[i - 1].rate;
    levels[i] = std::min(levels[i], cover_for({rate, here.want.basket}, horizon));
  }
  return levels;
}

Units all_available(const Snapshot& here) {
  Units all = std::max(no_units, here.available);
  for (const Other& other : here.others) all += std::max(no_units, other.available);
  return all;
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

Units total(const std::vector<Offer>& offers) {
  Units units;
  for (const Offer& offer : offers) units += std::max(no_units, offer.units);
  return units;
}

// Of everyone who has any, by how much each has: many who run dry together would otherwise all ask the one
// who had most.
std::vector<PlannedAsk> ask_of_all(const std::vector<Offer>& offers, Units need, Units least,
                                   record::TransferKind kind) {
  Units left = total(offers);
  std::vector<PlannedAsk> asks;
  for (const Offer& offer : offers) {
    if (offer.units <= no_units || need <= no_units) continue;
    const Units part = part_of(need, offer.units.count(), left.count()) + Units(1);
    const Units quantity = std::min({std::max(part, least), offer.units, need});
    asks.push_back({offer.giver->replica, quantity, kind});
    need -= quantity;
    left -= offer.units;
  }
  return asks;
}

bool may_give(const Other& other, record::TransferKind kind) {
  return !other.cannot && (kind == record::TransferKind::urgent || !other.spares_none);
}

std::vector<Offer> all_that_is_there(const Snapshot& here, record::TransferKind kind) {
  std::vector<Offer> offers;
  for (const Other& other : here.others)
    if (may_give(other, kind)) offers.push_back({&other, other.available});
  return offers;
}

// What each has beyond what it wants to have, as far as can be judged from here.
std::vector<Offer> surpluses(const Snapshot& here, const std::vector<Units>& levels) {
  std::vector<Offer> offers;
  for (std::size_t i = 0; i < here.others.size(); ++i) {
    const Other& other = here.others[i];
    if (!may_give(other, record::TransferKind::cover)) continue;
    const Units keeps = levels[i + 1];
    offers.push_back({&other, other.available - keeps, keeps == no_units});
  }
  return offers;
}

// Where goods go by the thousand, each sale shifts the shares by a few units, and those would travel with
// every round trip; unless a shopper lacks just so few.
Units least_worth_moving(const Snapshot& here, Units lacking) {
  const Units basket = std::min(here.want.basket, limits::field_units_max);
  return Units((lacking > no_units ? std::min(lacking, basket) : basket).count() / 8);
}

// By what was last heard, others have more use for it. Who has most knows better by now, and keeps it if it
// is so.
std::vector<PlannedAsk> probe(const Snapshot& here, Units need) {
  auto asks =
      ask_in_order(all_that_is_there(here, record::TransferKind::cover), need, record::TransferKind::cover);
  if (asks.size() > 1) asks.resize(1);
  return asks;
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
    return ask_in_order(all_that_is_there(here, record::TransferKind::urgent), here.waiting - here.available,
                        record::TransferKind::urgent);
  if (lever.move == RightsMove::urgent_only) return {};
  const Units refused = std::min(here.refused, all_available(here));
  const Units coming = here.available + here.on_its_way;
  if (coming >= std::max(reorder_point(here.want, longest_rtt(here)), refused)) return {};
  const std::vector<Units> levels = levels_of(here, lever.cover);
  std::vector<Offer> offers = surpluses(here, levels);
  if (refused > coming && (levels[0] == no_units || total(offers) == no_units))
    return probe(here, refused - coming);
  if (levels[0] == no_units) return {};  // it is for others
  const Units need = std::max(levels[0], refused) - coming;
  // Crumbs are gathered in any case.
  const bool are_crumbs =
      std::ranges::any_of(offers, [](const Offer& offer) { return offer.is_all && offer.units > no_units; });
  const Units least = least_worth_moving(here, refused - coming);
  if (!are_crumbs && std::min(need, total(offers)) < least) return {};
  const bool is_scarce = levels[0] < cover_for(here.want, lever.cover);
  return is_scarce ? ask_of_all(offers, need, least, record::TransferKind::cover)
                   : ask_in_order(std::move(offers), need, record::TransferKind::cover);
}

Units willing_to_give(const Snapshot& here, const Asked& asked, const Lever& lever) {
  if (lever.move == RightsMove::off) return no_units;
  // What own waiters need stays: also what is here, of a basket that lacks something else. Only to a region
  // with a smaller name it goes, or two that each have what the other lacks would swap it for ever.
  const bool is_urgent = asked.kind == record::TransferKind::urgent;
  const bool goes_first = is_urgent && asked.region < here.region;
  const Units available = std::max(no_units, here.available - (goes_first ? no_units : here.spoken_for));
  const Units beyond_floor = std::max(no_units, available - lever.floor);
  if (is_urgent) return beyond_floor;
  if (lever.move == RightsMove::urgent_only || here.waiting > no_units) return no_units;
  if (here.want.rate == no_demand) return beyond_floor;
  Snapshot with_asker = here;
  auto asker = std::ranges::find(with_asker.others, asked.asker, &Other::replica);
  if (asker == with_asker.others.end())  // it was never heard of, but by its ask
    asker = with_asker.others.insert(asker, {asked.asker, {}, {}, {}, {}, asked.region});
  asker->rate = std::max(asker->rate, asked.demand);
  const std::vector<Units> levels = levels_of(with_asker, lever.cover);
  const Units keeps = levels[0];
  const Units for_asker = levels[static_cast<std::size_t>(asker - with_asker.others.begin()) + 1];
  if (for_asker == no_units) return no_units;
  const Units surplus = std::min(beyond_floor, std::max(no_units, available - keeps));
  return keeps > no_units && surplus < least_worth_moving(here, asked.lacking) ? no_units : surplus;
}

}  // namespace holdfast
