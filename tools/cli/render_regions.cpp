#include <algorithm>

#include "cli/format.h"
#include "cli/render.h"
#include "cli/table.h"

namespace holdfast::cli {
namespace {

using enum Column::Align;

std::string units(const json::value& object, std::string_view name, bool stale) {
  const auto found = text(object, name);
  return found.empty() ? "?" : (stale ? "~" : "") + found;
}

std::string rate(const json::value& object, std::string_view name) {
  const auto found = number(object, name);
  return found ? per_second(*found) : "?";
}

template <class Format>
std::string optional(const json::value& object, std::string_view name, Format format) {
  const auto found = number(object, name);
  return found ? format(*found) : "-";
}

Cell state_cell(const std::string& state) {
  if (state == "up") return {"up", Paint::good};
  if (state == "cut_off") return {"CUT OFF", Paint::bad};
  if (state == "never_heard") return {"NEVER HEARD", Paint::bad};
  return {state, Paint::doubtful};
}

bool is_stale(const json::value& region) { return !is_true(region, "self") && text(region, "state") != "up"; }

// Refusals as a shopper meets them: none left, in baskets, cut off, not here.
struct Refused {
  std::int64_t gone = 0, baskets = 0, cut = 0, here = 0;
  [[nodiscard]] std::int64_t all() const { return gone + baskets + cut + here; }
};

std::optional<Refused> refused_of(const json::value& region) {
  const auto& refused = at(region, "refused_per_1000_s");
  if (is_stale(region) || !refused.is_object()) return std::nullopt;
  const auto of = [&](std::string_view code) { return number(refused, code).value_or(0); };
  return Refused{of("sold_out") + of("not_enough"), of("all_reserved"), of("rights_unreachable"),
                 of("insufficient_here")};
}

// 0.1/0.4ms
std::string latencies(const json::value& region) {
  auto median = optional(region, "reserve_us_p50", latency_us);
  const auto slow = optional(region, "reserve_us_p99", latency_us);
  if (median.ends_with("ms") && slow.ends_with("ms")) median.resize(median.size() - 2);
  return median + "/" + slow;
}

Row region_row(const json::value& region) {
  const bool self = is_true(region, "self");
  const bool stale = is_stale(region);
  const auto refused = refused_of(region);
  return {{text(region, "region") + (self ? " *" : "")},
          state_cell(text(region, "state")),
          {self || stale ? "-" : optional(region, "rtt_ms", latency_ms)},
          {self ? "-" : optional(region, "heard_ms_ago", span_ms)},
          {units(region, "rights", stale)},
          {units(region, "reserved", stale)},
          {stale ? "?" : rate(region, "sold_per_1000_s")},
          {refused ? per_second(refused->all()) : "?"},
          {stale ? "" : latencies(region)}};
}

// What a column has no room for: only of regions that refuse, or are cut off.
std::string region_notes(const json::value& status) {
  std::string notes;
  for (const auto& region : list(status, "regions")) {
    const auto name = text(region, "region");
    const auto refused = refused_of(region);
    if (text(region, "state") == "cut_off") notes += name + " sells from its own rights\n";
    if (refused && refused->all() > 0)
      notes += name + " refuses per second: " + per_second(refused->gone) + " gone, " +
               per_second(refused->baskets) + " in baskets, " + per_second(refused->cut) + " cut off, " +
               per_second(refused->here) + " not here\n";
  }
  return notes;
}

std::string regions_table(const json::value& status, bool colour) {
  std::vector<Row> rows;
  for (const auto& region : list(status, "regions")) rows.push_back(region_row(region));
  return table({{"REGION"},
                {"STATE"},
                {"RTT", right},
                {"HEARD", right},
                {"RIGHTS", right},
                {"RESERVED", right},
                {"SOLD/s", right},
                {"REFUSED/s", right},
                {"p50/p99", right}},
               rows, colour);
}

std::string oversell_check(const json::value& status, bool colour) {
  const auto& audit = at(status, "audit");
  const auto oversold = number(audit, "oversold_units");
  if (!oversold) return painted("NOT YET DONE", Paint::doubtful, colour);
  const auto ago = number(audit, "checked_ms_ago");
  const auto text_of_check = std::string(*oversold == 0 ? "OK" : "OVERSOLD") + " (" + grouped(*oversold) +
                             (ago ? ", " + span_ms(*ago) + " ago" : "") + ")";
  return painted(text_of_check, *oversold == 0 ? Paint::good : Paint::bad, colour);
}

std::string trouble(const json::value& status, bool colour) {
  std::string lines;
  if (text(status, "state") == "degraded") {
    lines += painted("DEGRADED", Paint::bad, colour);
    for (const auto& reason : list(status, "reasons")) lines += "  " + text(reason);
    lines += "\n";
  }
  if (is_true(status, "draining"))
    lines += painted("DRAINING", Paint::bad, colour) + "  " + std::string(draining_means) + "\n";
  return lines;
}

std::string alarms(const json::value& status, bool colour) {
  std::string lines;
  for (const auto& alarm : list(status, "alarms"))
    lines += painted("ALARM", Paint::bad, colour) + "  " + text(alarm, "code") + "  " +
             text(alarm, "region") + "  since " + moment(text(alarm, "since")) + "  " +
             text(alarm, "detail") + "\n";
  return lines;
}

std::string lost(const json::value& status, bool colour) {
  std::string lines;
  for (const auto& one : list(status, "lost"))
    lines += painted("LOST", Paint::doubtful, colour) + "  " + lost_means(one) + "\n";
  return lines;
}

// Who follows the events, also while away: a shop's own tables, webhooks.
std::string followers(const json::value& status, bool colour) {
  std::string lines;
  for (const auto& one : list(status, "event_consumers")) {
    const auto records = number(one, "behind_records").value_or(0);
    const auto ms = number(one, "behind_ms");
    const bool connected = is_true(one, "connected");
    const std::string how = records == 0
                                ? std::string("up to date")
                                : grouped(records) + " records behind" + (ms ? ", " + span_ms(*ms) : "");
    lines += "follower " + text(one, "name") + "   " +
             painted(how, records == 0 ? Paint::good : Paint::doubtful, colour) +
             (connected ? "" : "   away for " + span_ms(number(one, "heard_ms_ago").value_or(0))) + "\n";
  }
  return lines;
}

std::string room_text(const json::value& status) {
  if (is_in_memory(status)) return "in memory, without a disk";
  return "disk free " + bytes(number(status, "disk_free_bytes").value_or(0));
}

std::string footer(const json::value& status) {
  const auto& journal = at(status, "journal");
  const auto pending = number(status, "pending_reservations").value_or(0);
  return grouped(pending) + " pending   journal " + bytes(number(journal, "bytes").value_or(0)) + "   " +
         room_text(status) + "\nversion " + text(status, "version") + "   state hash " +
         text(status, "state_hash") + "\n";
}

Cell rights_cell(const json::value& sku, const std::string& name) {
  for (const auto& region : list(sku, "regions"))
    if (text(region, "region") == name) return {units(region, "rights", is_true(region, "stale"))};
  return {"-"};
}

Cell runs_dry(const json::value& sku) {
  constexpr std::int64_t soon_ms = 60'000, hour_ms = 3'600'000;
  if (number(sku, "rights") == 0) return {"dry", Paint::bad};
  const auto in_ms = number(sku, "runs_dry_in_ms");
  if (!in_ms) return {"-"};
  if (*in_ms > hour_ms) return {"> 1 h"};
  return *in_ms < soon_ms ? Cell{span_ms(*in_ms) + " !", Paint::bad} : Cell{span_ms(*in_ms)};
}

// Objects of any shape, a column for each member of the first.
std::string any_table(const json::array& objects, bool colour) {
  if (objects.empty() || !objects.front().is_object()) return {};
  std::vector<Column> columns;
  for (const auto& [name, value] : objects.front().get_object())
    columns.push_back({printable({name.data(), name.size()}), value.is_number() ? right : left});
  std::vector<Row> rows;
  for (const auto& object : objects) {
    Row row;
    for (const auto& column : columns)
      row.push_back({column.head == "at" ? moment(text(object, column.head)) : text(object, column.head)});
    rows.push_back(std::move(row));
  }
  return table(columns, rows, colour);
}

}  // namespace

bool is_in_memory(const json::value& status) {
  const auto is_low = [](const json::value& reason) { return reason == "disk_low"; };
  return number(status, "disk_free_bytes") == 0 && std::ranges::none_of(list(status, "reasons"), is_low);
}

std::string lost_means(const json::value& lost) {
  const auto skus = number(lost, "skus").value_or(0);
  const auto rights = number(lost, "rights").value_or(0);
  return grouped(rights) + (rights == 1 ? " unit" : " units") + " of " + grouped(skus) +
         (skus == 1 ? " SKU" : " SKUs") + (rights == 1 ? " lies" : " lie") + " with an older ledger of " +
         text(lost, "region") + ", made " + moment(text(lost, "made_at")) + ": nobody can sell " +
         (rights == 1 ? "it" : "them");
}

std::vector<std::string> regions_of(const json::value& rights) {
  std::vector<std::string> names;
  for (const auto& sku : list(rights, "skus"))
    for (const auto& region : list(sku, "regions"))
      if (const auto name = text(region, "region"); std::ranges::find(names, name) == names.end())
        names.push_back(name);
  return names;
}

std::string status_text(const json::value& status, bool colour) {
  return "holdfast  " + text(status, "cluster") + "  " + text(status, "region") + "  up " +
         span_ms(number(status, "uptime_ms").value_or(0)) + "   OVERSELL CHECK  " +
         oversell_check(status, colour) + "   " + time_of_day(text(status, "now")) + "\n" +
         trouble(status, colour) + alarms(status, colour) + regions_table(status, colour) +
         region_notes(status) + lost(status, colour) + followers(status, colour) + footer(status);
}

std::string rights_text(const json::value& rights, bool colour) {
  const auto regions = regions_of(rights);
  std::vector<Column> columns{{"SKU"}, {"TOTAL", right}};
  for (const auto& region : regions) columns.push_back({region, right});
  for (const auto* head : {"RESERVED", "SOLD/min", "RUNS DRY"}) columns.push_back({head, right});
  const bool any_lost =
      std::ranges::any_of(list(rights, "skus"), [](const auto& sku) { return number(sku, "lost") > 0; });
  if (any_lost) columns.push_back({"LOST", right});
  std::vector<Row> rows;
  for (const auto& sku : list(rights, "skus")) {
    Row row{{text(sku, "sku")}, {units(sku, "rights", false)}};
    for (const auto& region : regions) row.push_back(rights_cell(sku, region));
    const auto sold = number(sku, "sold_per_1000_s");
    row.push_back({units(sku, "reserved", false)});
    row.push_back({sold ? per_minute(*sold) : "?"});
    row.push_back(runs_dry(sku));
    if (any_lost) row.push_back({grouped(number(sku, "lost").value_or(0))});
    rows.push_back(std::move(row));
  }
  return table(columns, rows, colour);
}

std::string audit_text(const json::value& audit, bool colour) {
  const bool ok = is_true(audit, "ok");
  const auto& mismatches = list(audit, "mismatches");
  const auto oversold = number(audit, "oversold_units").value_or(0);
  return facts({{"audit", {ok ? "OK" : "MISMATCH", ok ? Paint::good : Paint::bad}},
                {"oversold units", {grouped(oversold), oversold == 0 ? Paint::good : Paint::bad}},
                {"skus", {text(audit, "skus")}},
                {"records", {text(audit, "records")}},
                {"mismatches", {grouped(static_cast<std::int64_t>(mismatches.size()))}},
                {"checked at", {text(audit, "checked_at")}}},
               colour) +
         (mismatches.empty() ? "" : "\n" + any_table(mismatches, colour));
}

std::string explain_text(const json::value& audit, bool colour) {
  const auto* members = audit.if_object();
  if (!members) return written(audit) + "\n";
  std::vector<Fact> plain;
  std::string sections;
  for (const auto& [name, value] : *members) {
    const auto shown_name = printable({name.data(), name.size()});
    if (value.is_object())
      sections += "\n" + shown_name + "\n" + explain_text(value, colour);
    else if (!value.is_array())
      plain.push_back({shown_name, {text(value)}});
    else if (const auto rows = any_table(value.get_array(), colour); !rows.empty())
      sections += "\n" + shown_name + "\n" + rows;
  }
  return facts(plain, colour) + sections;
}

std::string config_text(const json::value& config, bool colour) {
  std::vector<Fact> all;
  for (const auto& value : list(config, "values"))
    all.push_back({text(value, "key"), {plain(at(value, "value"))}});
  return facts(all, colour);
}

std::string config_origin_text(const json::value& config, bool colour) {
  std::vector<Row> rows;
  for (const auto& value : list(config, "values"))
    rows.push_back({{text(value, "key")}, {plain(at(value, "value"))}, {text(value, "origin")}});
  return table({{"KEY"}, {"VALUE"}, {"ORIGIN"}}, rows, colour);
}

std::string backup_text(const json::value& backup, bool) { return text(backup, "file") + "\n"; }

std::string drain_text(const json::value& drain, bool colour) {
  std::vector<Row> rows;
  for (const json::value& one : list(drain, "regions"))
    rows.push_back({{text(one, "region")},
                    {is_true(one, "up") ? "up" : "not up"},
                    {is_true(one, "has_all") ? "has heard of all" : "has not heard of all"}});
  const bool draining = is_true(drain, "draining");
  return painted(draining ? "draining: asks for no rights" : "not draining",
                 draining ? Paint::doubtful : Paint::good, colour) +
         "\n" + table({{"REGION"}, {"STATE"}, {"OF WHAT THIS ONE DID"}}, rows, colour);
}

std::string config_changes_text(const json::value& reloaded, bool colour) {
  const auto changes = list(reloaded, "changes");
  if (changes.empty()) return "nothing in the configuration is new\n";
  std::vector<Row> rows;
  for (const auto& change : changes)
    rows.push_back({{text(change, "key")},
                    {plain(at(change, "was"))},
                    {plain(at(change, "now"))},
                    {is_true(change, "applied") ? "in effect" : "needs a restart"}});
  return table({{"KEY"}, {"WAS"}, {"NOW"}, {""}}, rows, colour);
}

}  // namespace holdfast::cli
