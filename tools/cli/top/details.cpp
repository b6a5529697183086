// The pages behind the overview: one SKU, one region, and what the keys do.
#include <algorithm>

#include "cli/format.h"
#include "cli/render.h"
#include "cli/table.h"
#include "cli/top/parts.h"

namespace holdfast::cli {
namespace {

using enum Column::Align;

std::string units_of(const json::value& region, std::string_view name, bool stale) {
  return (stale ? "~" : "") + text(region, name);
}

const json::value* sku_of(const Snapshot& snapshot, const std::string& name) {
  for (const auto& sku : list(snapshot.rights, "skus"))
    if (text(sku, "sku") == name) return &sku;
  return nullptr;
}

std::string holders_table(const json::value& sku) {
  std::vector<Row> rows;
  for (const auto& region : list(sku, "regions")) {
    const bool stale = is_true(region, "stale");
    const auto dry = dry_in_ms(region);
    const auto heard = number(region, "heard_ms_ago");
    rows.push_back({{text(region, "region")},
                    {units_of(region, "rights", stale)},
                    {units_of(region, "reserved", stale)},
                    {per_minute(number(region, "sold_per_1000_s").value_or(0))},
                    {dry ? dry_text(*dry) : "-"},
                    {heard ? span_ms(*heard) + " ago" : "-"}});
  }
  return table(
      {{"REGION"}, {"RIGHTS", right}, {"RESERVED", right}, {"SOLD/min", right}, {"RUNS DRY"}, {"HEARD"}},
      rows, false);
}

// Newest first: what a screen has no room for is what is oldest.
std::string records_table(const json::value& explained) {
  const auto& events = list(explained, "events");
  std::vector<Row> rows;
  for (auto event = events.rbegin(); event != events.rend(); ++event)
    rows.push_back({{time_of_day(text(*event, "at"))},
                    {text(*event, "rights")},
                    {text(*event, "reserved")},
                    {text(*event, "what")}});
  return table({{"AT"}, {"RIGHTS", right}, {"RESERVED", right}, {"WHAT THIS REGION RECORDED"}}, rows, false);
}

void append(Lines& lines, const std::string& table) {
  Lines more = lines_of(table);
  if (more.empty()) return;
  more.front().look = Look::head;
  lines.push_back({});
  lines.insert(lines.end(), more.begin(), more.end());
}

// The products that this region sells out of first.
std::string dry_table(const Snapshot& snapshot, const std::string& name) {
  struct Dry {
    std::int64_t in_ms;
    std::string sku;
    const json::value* region;
  };
  std::vector<Dry> found;
  for (const auto& sku : list(snapshot.rights, "skus"))
    if (const auto* region = region_of(sku, name))
      if (const auto in_ms = dry_in_ms(*region)) found.push_back({*in_ms, text(sku, "sku"), region});
  std::ranges::stable_sort(found, {}, &Dry::in_ms);
  std::vector<Row> rows;
  for (const Dry& one : found)
    rows.push_back({{one.sku},
                    {text(*one.region, "rights")},
                    {per_minute(number(*one.region, "sold_per_1000_s").value_or(0))},
                    {dry_text(one.in_ms)}});
  if (rows.empty()) return "nothing that was fetched sells there\n";
  return table({{"SKU"}, {"RIGHTS", right}, {"SOLD/min", right}, {"RUNS DRY"}}, rows, false);
}

std::string link_of(const json::value& region) {
  if (is_true(region, "self")) return "this region";
  return is_true(region, "direct") ? "direct" : "none: heard of by way of others";
}

std::string meaning_of(const std::string& state) {
  if (state == "cut_off") return "CUT OFF: it sells from its own rights, and nobody else can sell those";
  if (state == "never_heard") return "NEVER HEARD: until it is, nothing is called sold out";
  return state;
}

template <class Format>
std::string if_known(const json::value& region, std::string_view name, Format format) {
  const auto found = number(region, name);
  return found ? format(*found) : "";
}

std::string region_facts(const json::value& region) {
  const auto& refused = at(region, "refused_per_1000_s");
  const auto refusal = [&](std::string_view code) { return if_known(refused, code, per_second); };
  return facts({{"region", {text(region, "region")}},
                {"state", {meaning_of(text(region, "state"))}},
                {"link", {link_of(region)}},
                {"round trip", {if_known(region, "rtt_ms", latency_ms)}},
                {"heard ago", {if_known(region, "heard_ms_ago", span_ms)}},
                {"products", {text(region, "skus")}},
                {"rights", {text(region, "rights")}},
                {"reserved", {text(region, "reserved")}},
                {"sold/s", {if_known(region, "sold_per_1000_s", per_second)}},
                {"refused/s sold_out", {refusal("sold_out")}},
                {"  not_enough", {refusal("not_enough")}},
                {"  all_reserved", {refusal("all_reserved")}},
                {"  rights_unreachable", {refusal("rights_unreachable")}},
                {"  insufficient_here", {refusal("insufficient_here")}},
                {"reserve p50", {if_known(region, "reserve_us_p50", latency_us)}},
                {"reserve p99", {if_known(region, "reserve_us_p99", latency_us)}}},
               false);
}

}  // namespace

Lines sku_page(const Snapshot& snapshot, const std::string& name) {
  const json::value* sku = sku_of(snapshot, name);
  if (!sku) return {{name + " is not among the products that were fetched"}};
  const auto dry = number(*sku, "runs_dry_in_ms");
  Lines lines{{name + "  " + text(*sku, "rights") + " rights in all regions, " + text(*sku, "reserved") +
                   " reserved, " + (dry ? "runs dry: " + dry_text(*dry) : std::string("does not run dry")),
               Look::head}};
  append(lines, holders_table(*sku));
  if (const auto& now = at(snapshot.explained, "now"); text(now, "sku") == name) {
    lines.push_back({});
    lines.push_back({"here: available " + text(now, "available_here") + ", reserved " +
                     text(now, "reserved_here") + ", purchased " + text(now, "purchased_here") +
                     ", returned " + text(now, "returned_here")});
    append(lines, records_table(snapshot.explained));
  }
  return lines;
}

Lines region_page(const Snapshot& snapshot, const std::string& name) {
  for (const auto& region : list(snapshot.status, "regions"))
    if (text(region, "region") == name) {
      Lines lines = lines_of(region_facts(region));
      append(lines, dry_table(snapshot, name));
      return lines;
    }
  return {{name + " is not among the regions any more"}};
}

Lines help_page() {
  return lines_of(
      "Keys\n"
      "  q            quit\n"
      "  r s e        regions, products (SKUs), events: gets the room and the arrows\n"
      "  up down      a row; also k j; page up, page down, home, end\n"
      "  enter        details: who holds a product, what moved it; a region's figures\n"
      "  esc          back: from details, from a filter, to the products\n"
      "  /            a filter: only products and events that have the text in them\n"
      "  o            order of the products: what runs dry first, or by name\n"
      "  p or space   pause: the screen stands still, and the daemon is not asked\n"
      "\n"
      "Words\n"
      "  ~            as last heard, and stale: the region is cut off\n"
      "  !            runs dry within a minute at the pace it sells at\n"
      "  gone/baskets/cut/here   refused a second: sold out or too few left anywhere;\n"
      "               in other baskets; perhaps in a region that is cut off; in other\n"
      "               regions, asked for\n");
}

}  // namespace holdfast::cli
