// The parts of the dashboard's screen: each a few lines, from what the daemon said.
#pragma once

#include <string>
#include <vector>

#include "cli/top/screen.h"

namespace holdfast::cli {

using Lines = std::vector<std::string>;

// Are we safe.
[[nodiscard]] std::string headline(const json::value& status, std::size_t columns);
// Which region is in trouble: the heads, and at most so many lines below them.
[[nodiscard]] Lines region_lines(const json::value& status, std::size_t columns, std::size_t rows);
// Which product runs dry first.
[[nodiscard]] Lines sku_lines(const json::value& rights, std::size_t columns, std::size_t rows);
// What just happened: alarms, the newest first.
[[nodiscard]] Lines news_lines(const json::value& status, std::size_t rows);

[[nodiscard]] Lines lines_of(const std::string& text);

}  // namespace holdfast::cli
