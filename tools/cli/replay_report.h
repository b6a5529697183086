// The end of a replay as text: what became of every line, and the recount. Pure.
#pragma once

#include "cli/json.h"
#include "cli/replay_recount.h"
#include "cli/replay_tally.h"

namespace holdfast::cli::replay {

struct Report {
  std::vector<std::string> regions;
  std::vector<Tally> tallies;  // of each region
  std::size_t lines = 0;       // in the file, without its first
  std::size_t not_goods = 0;
  std::size_t bad = 0;
  std::int64_t took_ms = 0;
  std::string no_ledgers = {};  // why there are none to compare with; empty: there are
};

// Lines that are neither sold nor refused, returned, unmatched, written off or skipped: must be 0.
[[nodiscard]] std::int64_t missing_lines(const Report& report);

[[nodiscard]] std::string report_text(const Report& report, const Recount& counted, const Ledgers& ledgers,
                                      bool colour);

// The same, for programs.
[[nodiscard]] json::object report_json(const Report& report, const Recount& counted, const Ledgers& ledgers);
[[nodiscard]] json::object recount_json(const Recount& counted);

// The recount and its verdict, ending with the line `oversold_units N`.
[[nodiscard]] std::string recount_text(const Recount& counted, bool colour);
[[nodiscard]] std::string verdict_text(const Recount& counted, bool colour);

}  // namespace holdfast::cli::replay
