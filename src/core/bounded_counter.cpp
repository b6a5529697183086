#include "core/bounded_counter.h"

#include <algorithm>

#include "core/limits.h"

namespace holdfast {

namespace {

auto position_of(const std::vector<Sent>& sent, ReplicaIx to) {
  return std::ranges::lower_bound(sent, to, {}, &Sent::to);
}

bool within_cap(Units units) { return units >= no_units && units <= limits::field_units_max; }

}  // namespace

void add_sent(Row& row, ReplicaIx to, Units quantity) {
  HF_ASSERT(quantity > no_units);
  const auto found = position_of(row.sent, to);
  if (found != row.sent.end() && found->to == to)
    row.sent[static_cast<std::size_t>(found - row.sent.begin())].total += quantity;
  else
    row.sent.insert(found, {to, quantity});
}

bool grows(const Row& older, const Row& newer) {
  return newer.received >= older.received && newer.purchased >= older.purchased &&
         newer.written_off >= older.written_off && std::ranges::all_of(older.sent, [&](const Sent& sent) {
           return sent_to(newer, sent.to) >= sent.total;
         });
}

bool within_caps(const Row& row) {
  return within_cap(row.received) && within_cap(row.purchased) && within_cap(row.written_off) &&
         std::ranges::all_of(row.sent, [](const Sent& sent) { return within_cap(sent.total); });
}

}  // namespace holdfast
