// What became of the lines of a history, in one region. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace holdfast::cli::replay {

struct Tally {
  std::int64_t sold = 0;          // lines, in whole or in part
  std::int64_t sold_in_part = 0;  // of these
  std::map<std::string, std::int64_t>
      refused;  // lines by code; `short`: nothing left for it in a partial sale
  std::int64_t returned = 0, unmatched = 0, written_off = 0;
  std::int64_t units_wanted = 0, units_sold = 0, units_returned = 0, units_unmatched = 0,
               units_written_off = 0;
  std::vector<std::int64_t> reserve_us;

  void add(const Tally& other);
  [[nodiscard]] std::int64_t refused_lines() const;
  [[nodiscard]] std::int64_t lines() const {
    return sold + refused_lines() + returned + unmatched + written_off;
  }
  [[nodiscard]] std::int64_t reserve_us_at(int percent) const;  // 0 if there are none
};

}  // namespace holdfast::cli::replay
