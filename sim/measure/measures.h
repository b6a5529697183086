// Measures of one run, under the names by which every report, table and file calls them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/paths.h"

namespace holdfast::sim {

// Nothing stands for "cannot be said": a model without bytes, a run without sales, a world without cuts.
using Figure = std::optional<double>;

struct Measures {
  std::int64_t oversold_units = 0;       // must be 0
  Figure false_denial_pct;               // of all attempts: refused although the world had the units
  Figure unheard_denial_pct;             // of these: word of the units could not have been there yet
  Figure in_flight_denial_pct;           // of the others: only rights on their way would have served them
  std::int64_t unsold_wanted_units = 0;  // left at the end although someone wanted them
  Figure remote_pct;                     // of reservations: another region was needed first
  struct ReserveMs {
    Figure p50, p99, p999;
  } reserve_ms;                    // of reservations, as the shopper saw it
  Figure served_in_partition_pct;  // of attempts that local or reachable stock could serve, while cut
  Figure transfers_per_1k_sales;
  Figure units_moved_per_unit_sold;
  Figure bytes_per_sale;    // on the wire, while shoppers came
  Figure idle_bytes_per_s;  // on the wire, when all is quiet
  Figure converge_ms;       // from the last heal, or else from the last shopper, to everyone
                            // knowing what anyone knew then

  std::uint64_t attempts = 0;
  std::uint64_t granted = 0;
  std::uint64_t sales = 0;  // baskets
  std::int64_t units_sold = 0;
  std::array<std::int64_t, regions_max> units_sold_in{};  // by region
};

struct Named {
  std::string_view name;
  Figure value;
  int decimals = 0;  // as it is shown to people
};
// In the order of the documentation; reserve_ms as reserve_ms_p50, reserve_ms_p99, reserve_ms_p999.
[[nodiscard]] std::vector<Named> named(const Measures& measures);

}  // namespace holdfast::sim
