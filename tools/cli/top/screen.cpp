#include "cli/top/screen.h"

#include <algorithm>

#include "cli/format.h"
#include "cli/top/parts.h"

namespace holdfast::cli {
namespace {

void append(Lines& lines, Lines part) {
  lines.insert(lines.end(), std::make_move_iterator(part.begin()), std::make_move_iterator(part.end()));
}

std::optional<std::size_t> chosen_of(const View& view, Part part) {
  return view.live && view.part == part ? std::optional(view.chosen) : std::nullopt;
}

// The part that has the keys takes what the others leave; regions else at most half, news at least a line if
// there is any.
Lines overview(const Snapshot& snapshot, const View& view, Size size) {
  constexpr std::size_t heads = 2;
  const bool is_about_regions = view.part == Part::regions, is_about_events = view.part == Part::events;
  Lines lines = region_lines(snapshot, size.columns, is_about_regions ? size.rows - heads : size.rows / 2,
                             chosen_of(view, Part::regions));
  const std::size_t left = size.rows - std::min(size.rows, lines.size());
  const std::size_t news_rows = news_lines(snapshot, view, left, {}).size();
  const std::size_t for_skus = is_about_events
                                   ? std::min(left, heads + 1)
                                   : left - std::min({left, news_rows, std::max<std::size_t>(left / 4, 1)});
  append(lines, sku_lines(snapshot, view, size.columns, for_skus, chosen_of(view, Part::skus)));
  const std::size_t for_news = size.rows - std::min(size.rows, lines.size());
  append(lines, news_lines(snapshot, view, for_news, chosen_of(view, Part::events)));
  return lines;
}

Lines body(const Snapshot& snapshot, const View& view, Size size) {
  if (view.help) return help_page();
  switch (view.page) {
    case Page::overview: break;
    case Page::sku: return sku_page(snapshot, view.detail);
    case Page::region: return region_page(snapshot, view.detail);
  }
  return overview(snapshot, view, size);
}

}  // namespace

Lines draw(const Snapshot& snapshot, const View& view, Size size) {
  Lines lines = headlines(snapshot, view, size.columns);
  const std::size_t taken = lines.size() + (view.live ? 1 : 0);
  append(lines, body(snapshot, view, {size.columns, size.rows - std::min(size.rows, taken)}));
  if (view.live && size.rows > 0) {
    lines.resize(size.rows - 1);
    lines.push_back(keys_line(view));
  }
  lines.resize(std::min(lines.size(), size.rows));
  for (ShownLine& line : lines) line.text = clipped(line.text, size.columns);
  return lines;
}

std::string screen(const Snapshot& snapshot, Size size) {
  std::string text;
  for (const ShownLine& line : draw(snapshot, {.live = false}, size)) text += line.text + "\n";
  return text;
}

}  // namespace holdfast::cli
