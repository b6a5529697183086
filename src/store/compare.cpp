#include "store/compare.h"

#include <algorithm>
#include <iterator>

namespace holdfast::store {
namespace {

std::string told(const Held& held) {
  return std::to_string(held.units) + " of " + held.sku + " " + held.status;
}

// What is of the other, and in which way: the likeliest first.
std::vector<Held>::iterator partner_of(const Held& missing, std::vector<Held>& extra, DifferenceKind& kind) {
  const auto find = [&](auto same) { return std::ranges::find_if(extra, same); };
  kind = DifferenceKind::wrong_quantity;
  auto found = find([&](const Held& x) { return x.sku == missing.sku && x.status == missing.status; });
  if (found != extra.end()) return found;
  kind = DifferenceKind::wrong_status;
  found = find([&](const Held& x) { return x.sku == missing.sku; });
  if (found != extra.end()) return found;
  kind = DifferenceKind::wrong_product;
  return find([&](const Held& x) { return x.status == missing.status; });
}

}  // namespace

std::vector<Held> expected(const Reservation& reservation, const Schema& schema) {
  const auto& words = schema.status;
  const std::string* status = nullptr;
  switch (reservation.state) {
    case State::pending: status = &words.pending; break;
    case State::purchased: status = &words.purchased; break;
    case State::released: status = &words.released; break;
    case State::expired: status = &words.expired; break;
  }
  std::vector<Held> all;
  for (const Line& line : reservation.lines) {
    if (!status->empty() && line.quantity > line.returned)
      all.push_back({line.sku, *status, line.quantity - line.returned});
    if (!words.returned.empty() && line.returned > 0)
      all.push_back({line.sku, words.returned, line.returned});
  }
  std::ranges::sort(all);
  return all;
}

std::vector<Difference> compare(const Reservation& reservation, const std::string& key,
                                const std::vector<Held>& wanted, const std::vector<Held>& found) {
  std::vector<Held> missing, extra;
  std::ranges::set_difference(wanted, found, std::back_inserter(missing));
  std::ranges::set_difference(found, wanted, std::back_inserter(extra));
  std::vector<Difference> differences;
  for (const Held& one : missing) {
    DifferenceKind kind{};
    const auto partner = partner_of(one, extra, kind);
    if (partner == extra.end()) {
      differences.push_back({DifferenceKind::missing_row, key, told(one)});
    } else {
      differences.push_back({kind, key, told(*partner) + ", should be " + told(one)});
      extra.erase(partner);
    }
  }
  const bool ended = reservation.state == State::released || reservation.state == State::expired;
  for (const Held& one : extra)
    differences.push_back({ended ? DifferenceKind::row_of_ended : DifferenceKind::extra_row, key, told(one)});
  return differences;
}

}  // namespace holdfast::store
