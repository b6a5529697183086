#include "cli/top/parts.h"

#include <algorithm>

#include "cli/format.h"

namespace holdfast::cli {
namespace {

bool is_oversold(const json::value& status) {
  return number(at(status, "audit"), "oversold_units").value_or(0) != 0;
}

std::string oversell_check(const json::value& status) {
  const auto& audit = at(status, "audit");
  const auto oversold = number(audit, "oversold_units");
  if (!oversold) return "NOT YET DONE";
  const auto ago = number(audit, "checked_ms_ago");
  return std::string(*oversold == 0 ? "OK" : "OVERSOLD") + " (" + grouped(*oversold) +
         (ago ? ", " + span_ms(*ago) + " ago" : "") + ")";
}

// Texts spread over the width, at least two spaces between them; the first ones stay longest.
std::string spread(const std::vector<std::string>& texts, std::size_t columns) {
  std::size_t used = 0;
  for (const std::string& one : texts) used += width(one);
  const std::size_t gaps = texts.size() - 1;
  const std::size_t gap = columns > used + 2 * gaps ? (columns - used) / gaps : 2;
  std::string line;
  for (const std::string& one : texts) line += (line.empty() ? "" : std::string(gap, ' ')) + one;
  return line;
}

std::vector<std::string> alarm_texts(const json::value& status) {
  std::vector<std::pair<std::string, std::string>> alarms;
  for (const auto& alarm : list(status, "alarms"))
    alarms.emplace_back(text(alarm, "since"), time_of_day(text(alarm, "since")) + "  " + text(alarm, "code") +
                                                  "  " + text(alarm, "region") + "  " +
                                                  text(alarm, "detail"));
  std::ranges::stable_sort(alarms, std::ranges::greater{}, [](const auto& one) { return one.first; });
  std::vector<std::string> texts;
  for (auto& alarm : alarms) texts.push_back(std::move(alarm.second));
  return texts;
}

// Of the daemon itself: what a region's line or an alarm says is not said again.
std::string own_trouble(const json::value& status) {
  std::string reasons;
  for (const auto& reason : list(status, "reasons"))
    if (const auto one = text(reason); !one.starts_with("region_") && !one.starts_with("alarm:"))
      reasons += "  " + one;
  return reasons;
}

}  // namespace

Lines lines_of(const std::string& text, Look look) {
  Lines lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back({text.substr(at, end - at), look});
    at = end + 1;
  }
  return lines;
}

Lines headlines(const Snapshot& snapshot, const View& view, std::size_t columns) {
  const json::value& status = snapshot.status;
  const std::string name =
      "holdfast  " + text(status, "cluster") +
      (view.paused ? "  PAUSED" : "  up " + span_ms(number(status, "uptime_ms").value_or(0)));
  const bool is_safe = !is_oversold(status);
  Lines lines{
      {spread({name, "OVERSELL CHECK  " + oversell_check(status), time_of_day(text(status, "now"))}, columns),
       is_safe ? Look::head : Look::bad}};
  if (const auto reasons = own_trouble(status); !reasons.empty())
    lines.push_back({"DEGRADED" + reasons, Look::bad});
  if (is_true(status, "draining")) lines.push_back({"DRAINING  " + std::string(draining_means), Look::bad});
  if (!snapshot.trouble.empty())
    lines.push_back({"NO ANSWER for " + span_ms(snapshot.silent_ms) +
                         ", this is as it was then; trying again (" + snapshot.trouble + ")",
                     Look::bad});
  return lines;
}

// Alarms stay above what comes and goes.
Lines news_lines(const Snapshot& snapshot, const View& view, std::size_t rows, Chosen chosen) {
  const auto alarms = alarm_texts(snapshot.status);
  const std::size_t alarms_told = std::min(alarms.size(), rows);
  Lines lines;
  for (std::size_t i = 0; i < alarms_told; ++i) lines.push_back({alarms[i], Look::bad});
  const auto events = shown_events(snapshot, view);
  const auto [first, count] = window(events.size(), rows - alarms_told, chosen.value_or(0));
  for (std::size_t i = first; i < first + count; ++i)
    lines.push_back({events[i], chosen == i ? Look::chosen : Look::plain});
  if (lines.empty() && view.live && rows > 0)
    lines.push_back({"nothing has happened since this screen began"});
  return lines;
}

ShownLine keys_line(const View& view) {
  if (view.typing) return {"/" + view.filter + "_   enter keep it   esc all of them", Look::head};
  if (view.help) return {"any key goes back", Look::head};
  if (view.page != Page::overview) return {"q quit  esc back  p pause  ? help", Look::head};
  return {"q quit  r regions  s skus  e events  / filter  enter details  p pause  ? help", Look::head};
}

}  // namespace holdfast::cli
