// The parts of the dashboard's screen: each a few lines, from what the daemon said.
#pragma once

#include <optional>

#include "cli/top/lines.h"
#include "cli/top/snapshot.h"
#include "cli/top/view.h"

namespace holdfast::cli {

using Chosen = std::optional<std::size_t>;  // the row that the keys are on

// Are we safe; and if there is no newer answer, why, and since when.
[[nodiscard]] Lines headlines(const Snapshot& snapshot, const View& view, std::size_t columns);
// Which region is in trouble: the heads, and at most so many lines with them.
[[nodiscard]] Lines region_lines(const Snapshot& snapshot, std::size_t columns, std::size_t rows,
                                 Chosen chosen);
// Which product runs dry first.
[[nodiscard]] Lines sku_lines(const Snapshot& snapshot, const View& view, std::size_t columns,
                              std::size_t rows, Chosen chosen);
// What just happened: alarms, then events, each the newest first.
[[nodiscard]] Lines news_lines(const Snapshot& snapshot, const View& view, std::size_t rows, Chosen chosen);
// What can be pressed.
[[nodiscard]] ShownLine keys_line(const View& view);

// Everything known of one SKU, or one region.
[[nodiscard]] Lines sku_page(const Snapshot& snapshot, const std::string& sku);
[[nodiscard]] Lines region_page(const Snapshot& snapshot, const std::string& region);
[[nodiscard]] Lines help_page();

// When a region of a rights answer is dry, at the pace that it sells at; nothing if it does not sell.
[[nodiscard]] std::optional<std::int64_t> dry_in_ms(const json::value& region);
// In this region's own words: "12 s !".
[[nodiscard]] std::string dry_text(std::int64_t ms);
[[nodiscard]] const json::value* region_of(const json::value& sku, const std::string& name);

}  // namespace holdfast::cli
