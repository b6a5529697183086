#include "sim/measure/measures.h"

namespace holdfast::sim {

std::vector<Named> named(const Measures& m) {
  return {{"oversold_units", static_cast<double>(m.oversold_units), 0},
          {"false_denial_pct", m.false_denial_pct, 2},
          {"unheard_denial_pct", m.unheard_denial_pct, 2},
          {"in_flight_denial_pct", m.in_flight_denial_pct, 2},
          {"unsold_wanted_units", static_cast<double>(m.unsold_wanted_units), 0},
          {"remote_pct", m.remote_pct, 2},
          {"reserve_ms_p50", m.reserve_ms.p50, 2},
          {"reserve_ms_p99", m.reserve_ms.p99, 2},
          {"reserve_ms_p999", m.reserve_ms.p999, 2},
          {"served_in_partition_pct", m.served_in_partition_pct, 2},
          {"transfers_per_1k_sales", m.transfers_per_1k_sales, 1},
          {"units_moved_per_unit_sold", m.units_moved_per_unit_sold, 3},
          {"bytes_per_sale", m.bytes_per_sale, 0},
          {"idle_bytes_per_s", m.idle_bytes_per_s, 0},
          {"converge_ms", m.converge_ms, 0}};
}

}  // namespace holdfast::sim
