#include "cli/replay_tally.h"

#include <algorithm>

namespace holdfast::cli::replay {

void Tally::add(const Tally& other) {
  sold += other.sold;
  sold_in_part += other.sold_in_part;
  for (const auto& [code, lines] : other.refused) refused[code] += lines;
  returned += other.returned;
  unmatched += other.unmatched;
  written_off += other.written_off;
  units_wanted += other.units_wanted;
  units_sold += other.units_sold;
  units_returned += other.units_returned;
  units_unmatched += other.units_unmatched;
  units_written_off += other.units_written_off;
  reserve_us.insert(reserve_us.end(), other.reserve_us.begin(), other.reserve_us.end());
}

std::int64_t Tally::refused_lines() const {
  std::int64_t sum = 0;
  for (const auto& [code, lines] : refused) sum += lines;
  return sum;
}

std::int64_t Tally::reserve_us_at(int percent) const {
  if (reserve_us.empty()) return 0;
  auto sorted = reserve_us;
  const auto at = sorted.begin() +
                  static_cast<std::ptrdiff_t>((sorted.size() - 1) * static_cast<std::size_t>(percent) / 100);
  std::ranges::nth_element(sorted, at);
  return *at;
}

}  // namespace holdfast::cli::replay
