#include "cli/top/parts.h"

#include <algorithm>

#include "cli/format.h"

namespace holdfast::cli {
namespace {

std::string oversell_check(const json::value& status) {
  const auto& audit = at(status, "audit");
  const auto oversold = number(audit, "oversold_units");
  if (!oversold) return "NOT YET DONE";
  const auto ago = number(audit, "checked_ms_ago");
  return std::string(*oversold == 0 ? "OK" : "OVERSOLD") + " (" + grouped(*oversold) +
         (ago ? ", " + span_ms(*ago) + " ago" : "") + ")";
}

// Texts spread over the width, at least two spaces between them; the first ones stay longest.
std::string spread(const Lines& texts, std::size_t columns) {
  std::size_t used = 0;
  for (const std::string& one : texts) used += width(one);
  const std::size_t gaps = texts.size() - 1;
  const std::size_t gap = columns > used + 2 * gaps ? (columns - used) / gaps : 2;
  std::string line;
  for (const std::string& one : texts) line += (line.empty() ? "" : std::string(gap, ' ')) + one;
  return line;
}

}  // namespace

std::string headline(const json::value& status, std::size_t columns) {
  return spread(
      {"holdfast  " + text(status, "cluster") + "  up " + span_ms(number(status, "uptime_ms").value_or(0)),
       "OVERSELL CHECK  " + oversell_check(status), time_of_day(text(status, "now"))},
      columns);
}

Lines news_lines(const json::value& status, std::size_t rows) {
  std::vector<std::pair<std::string, std::string>> news;
  for (const auto& alarm : list(status, "alarms"))
    news.emplace_back(text(alarm, "since"), time_of_day(text(alarm, "since")) + "  " + text(alarm, "code") +
                                                "  " + text(alarm, "region") + "  " + text(alarm, "detail"));
  std::ranges::stable_sort(news, std::ranges::greater{}, [](const auto& one) { return one.first; });
  Lines lines;
  for (const auto& [since, line] : news)
    if (lines.size() < rows) lines.push_back(line);
  return lines;
}

Lines lines_of(const std::string& text) {
  Lines lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

}  // namespace holdfast::cli
