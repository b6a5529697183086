#include "cli/top/screen.h"

#include <algorithm>

#include "cli/format.h"
#include "cli/top/parts.h"

namespace holdfast::cli {

// Products take what the others leave; regions at most half, news at least a line if there is any.
std::string screen(const Snapshot& snapshot, Size size) {
  const std::size_t below_headline = size.rows > 1 ? size.rows - 1 : 0;
  const Lines regions = region_lines(snapshot.status, size.columns, below_headline / 2);
  const std::size_t below_regions = below_headline - std::min(below_headline, regions.size());
  const Lines news = news_lines(snapshot.status, std::max<std::size_t>(below_regions / 4, 1));
  const std::size_t for_skus = below_regions - std::min(below_regions, news.size());
  const Lines skus = sku_lines(snapshot.rights, size.columns, for_skus);

  Lines lines{headline(snapshot.status, size.columns)};
  for (const Lines* part : {&regions, &skus, &news}) lines.insert(lines.end(), part->begin(), part->end());
  lines.resize(std::min(lines.size(), size.rows));
  std::string text;
  for (const std::string& line : lines) text += clipped(line, size.columns) + "\n";
  return text;
}

}  // namespace holdfast::cli
