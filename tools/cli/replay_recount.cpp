#include "cli/replay_recount.h"

#include <algorithm>

#include "cli/json.h"

namespace holdfast::cli::replay {
namespace {

constexpr std::string_view answers[] = {
    "stock",          "purchased",        "returned",         "written_off",
    "unknown_return", "unknown_purchase", "unknown_write_off"};

void count(Counted& counted, const std::string& answer, std::int64_t units) {
  if (answer == "stock") counted.stock += units;
  if (answer == "purchased") counted.purchased += units;
  if (answer == "returned") counted.returned += units;
  if (answer == "written_off") counted.written_off += units;
  if (answer == "unknown_purchase") counted.unknown_purchased += units;
  if (answer == "unknown_return") counted.unknown_returned += units;
}

std::string told(const std::string& what, std::int64_t ledger, std::int64_t answered) {
  return what + " " + std::to_string(ledger) + " in the ledger, " + std::to_string(answered) + " answered";
}

bool within(std::int64_t value, std::int64_t low, std::int64_t slack) {
  return value >= low && value <= low + slack;
}

}  // namespace

std::string event_text(const Event& event) {
  json::array lines;
  for (const auto& line : event.lines) lines.push_back({{"sku", line.sku}, {"quantity", line.quantity}});
  return written(
      json::object{{"answer", event.answer}, {"region", event.region}, {"key", event.key}, {"lines", lines}});
}

std::optional<Event> parse_event(std::string_view line) {
  const auto value = parse_json(line);
  if (!value) return std::nullopt;
  Event event;
  for (const auto& [name, into] :
       {std::pair{"answer", &event.answer}, {"region", &event.region}, {"key", &event.key}}) {
    const auto* text = at(*value, name).if_string();
    if (!text) return std::nullopt;
    into->assign(text->data(), text->size());
  }
  if (std::ranges::find(answers, event.answer) == std::end(answers)) return std::nullopt;
  for (const auto& entry : list(*value, "lines")) {
    const auto* sku = at(entry, "sku").if_string();
    const auto quantity = number(entry, "quantity");
    if (!sku || !quantity || *quantity < 0) return std::nullopt;
    event.lines.push_back({std::string(sku->data(), sku->size()), *quantity});
  }
  return event;
}

Recount recount(const std::vector<Event>& events) {
  Recount result;
  std::map<std::string, const Event*> seen;
  for (const auto& event : events) {
    const auto [earlier, is_new] =
        seen.try_emplace(event.region + " " + event.answer + " " + event.key, &event);
    if (is_new)
      for (const auto& line : event.lines)
        count(result.skus[line.sku][event.region], event.answer, line.quantity);
    else if (earlier->second->lines != event.lines)
      result.contradictions.push_back(event.region + ": " + event.key + " was answered " + event.answer +
                                      " twice, with other lines");
  }
  for (const auto& [sku, regions] : result.skus) {
    std::int64_t most = 0, gone = 0;
    for (const auto& [region, units] : regions) {
      most += units.stock + units.unknown_returned;
      gone += units.purchased + units.written_off - units.returned;
    }
    if (gone <= most) continue;
    result.oversold[sku] = gone - most;
    result.oversold_units += gone - most;
  }
  return result;
}

std::vector<std::string> differences(const Recount& counted, const Ledgers& ledgers) {
  std::set<std::pair<std::string, std::string>> all;
  for (const auto& [sku, regions] : counted.skus)
    for (const auto& [region, units] : regions) all.emplace(sku, region);
  for (const auto& [sku, regions] : ledgers)
    for (const auto& [region, units] : regions) all.emplace(sku, region);
  std::vector<std::string> found;
  for (const auto& [sku, region] : all) {
    Counted answered;
    Ledger ledger;
    if (const auto at = counted.skus.find(sku); at != counted.skus.end())
      if (const auto in = at->second.find(region); in != at->second.end()) answered = in->second;
    if (const auto at = ledgers.find(sku); at != ledgers.end())
      if (const auto in = at->second.find(region); in != at->second.end()) ledger = in->second;
    if (!within(ledger.purchased, answered.purchased, answered.unknown_purchased))
      found.push_back(region + " " + sku + ": " + told("purchased", ledger.purchased, answered.purchased));
    if (!within(ledger.returned, answered.returned, answered.unknown_returned))
      found.push_back(region + " " + sku + ": " + told("returned", ledger.returned, answered.returned));
  }
  return found;
}

}  // namespace holdfast::cli::replay
