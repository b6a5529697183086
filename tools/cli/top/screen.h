// The dashboard's screen, as a pure function of a snapshot, a view and a size.
//
// It answers, in this order: are we safe, which region is in trouble, which product runs dry first, what just
// happened. Where there is little room columns go before rows do, and the rows that stay are those in
// trouble.
// `~` marks what is stale. ASCII but for what names bring along.
#pragma once

#include <string>

#include "cli/top/lines.h"
#include "cli/top/snapshot.h"
#include "cli/top/view.h"

namespace holdfast::cli {

// At most so many lines, each at most so wide.
[[nodiscard]] Lines draw(const Snapshot& snapshot, const View& view, Size size);

// The overview as text, for who only looks once.
[[nodiscard]] std::string screen(const Snapshot& snapshot, Size size);

}  // namespace holdfast::cli
