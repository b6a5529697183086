#include "sim/report/page.h"

#include <map>

#include "sim/report/charts.h"
#include "sim/report/svg.h"

namespace holdfast::sim {
namespace {

constexpr std::string_view style_sheet = R"css(
:root{color-scheme:light dark;--paper:#fbfaf7;--card:#fff;--ink:#22252b;--soft:#6b7280;--rule:#e3e1da;--good:#15803d;--bad:#c81e1e;
--r0:#2f62c9;--r1:#c96a12;--r2:#1f8a5b;--r3:#b03a74;--r4:#6f52bf;--r5:#8d7a12;--r6:#2b8ba3;--r7:#8a5538;
--granted:#8fb3e8;--d1:#f0b15a;--d2:#b9bcc4;--d3:#c9a3dd;--d4:#e07a7a;--d5:#8b8f99;--false:#b42318;--bar:#2f62c9;--cut:#b4231814}
@media(prefers-color-scheme:dark){:root{--paper:#14161a;--card:#1c1f25;--ink:#e7e8ea;--soft:#9aa1ad;--rule:#31353d;--good:#4ade80;--bad:#f87171;
--r0:#7ba6ff;--r1:#f0a04b;--r2:#52c793;--r3:#ec82b4;--r4:#ac94f5;--r5:#d6c14a;--r6:#62c4dc;--r7:#c99272;
--granted:#456aa8;--d1:#b97f2c;--d2:#646974;--d3:#84609b;--d4:#a94a4a;--d5:#4a4e57;--false:#ff8a7a;--bar:#7ba6ff;--cut:#ff8a7a1c}}
@media print{:root{color-scheme:light;--paper:#fff;--card:#fff;--ink:#111;--soft:#555;--rule:#ccc;--good:#15803d;--bad:#c81e1e;
--r0:#2f62c9;--r1:#c96a12;--r2:#1f8a5b;--r3:#b03a74;--r4:#6f52bf;--r5:#8d7a12;--r6:#2b8ba3;--r7:#8a5538;
--granted:#8fb3e8;--d1:#f0b15a;--d2:#b9bcc4;--d3:#c9a3dd;--d4:#e07a7a;--d5:#8b8f99;--false:#b42318;--bar:#2f62c9;--cut:#b4231814}
section{break-inside:avoid}body{max-width:none!important;padding:0!important}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
body{margin:0 auto;max-width:60rem;padding:2rem 1.2rem 3rem;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,"Segoe UI",sans-serif}
h1{font-size:1.55rem;line-height:1.2;margin:0}h2{font-size:1.02rem;margin:0 0 .1rem}
.under{color:var(--soft);margin:.25rem 0 1.3rem}
section{background:var(--card);border:1px solid var(--rule);border-radius:10px;padding:1rem 1.1rem;margin:0 0 1rem}
section>p{color:var(--soft);margin:0 0 .5rem;font-size:.87rem}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(8.4rem,1fr));gap:.7rem;margin-bottom:1rem}
.tile{background:var(--card);border:1px solid var(--rule);border-radius:10px;padding:.65rem .85rem}
.tile b{display:block;white-space:nowrap;font-size:1.35rem;line-height:1.25;font-variant-numeric:tabular-nums;font-weight:650}
.tile span{color:var(--soft);font-size:.8rem}.good b{color:var(--good)}.bad b{color:var(--bad)}
svg{display:block;width:100%;height:auto;overflow:visible}
svg text{font:12px system-ui,"Segoe UI",sans-serif}.tick{fill:var(--soft)}.label{fill:var(--ink)}
.grid{stroke:var(--rule)}.axis{stroke:var(--soft)}.line{fill:none;stroke-width:2;stroke-linejoin:round}
.bar{fill:var(--bar)}.cut{fill:var(--cut)}.cut-label{fill:var(--false)}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:.88rem}
th,td{padding:.28rem .6rem;text-align:right;font-weight:400}th{color:var(--soft)}
.moved td{background:color-mix(in srgb,var(--bar) var(--tint,0%),transparent);border:1px solid var(--card)}.moved .none{background:none}
.scroll{overflow-x:auto}.all td:first-child{text-align:left;font-family:ui-monospace,monospace}.all td:last-child{text-align:left;color:var(--soft)}
.all tr+tr td{border-top:1px solid var(--rule)}code{font:.85rem ui-monospace,monospace}footer{color:var(--soft);font-size:.85rem}
)css";

const std::map<std::string_view, std::string_view>& meanings() {
  static const std::map<std::string_view, std::string_view> all{
      {"oversold_units", "sold beyond the stock; must be 0"},
      {"false_denial_pct", "of all attempts: refused although the world had the units"},
      {"unheard_denial_pct", "of all attempts: those of them of which no word could have been there yet"},
      {"in_flight_denial_pct",
       "of all attempts: those of them that only rights on their way would have served"},
      {"unsold_wanted_units", "left at the end, and would have served refused baskets"},
      {"remote_pct", "of reservations: another region was needed before the answer"},
      {"reserve_ms_p50", "a reservation, as its shopper saw it"},
      {"reserve_ms_p99", "99 of 100 took no longer"},
      {"reserve_ms_p999", "999 of 1000 took no longer"},
      {"served_in_partition_pct", "while cut: served, of what local or reachable stock could serve"},
      {"transfers_per_1k_sales", "times that rights moved"},
      {"units_moved_per_unit_sold", "rights that moved"},
      {"bytes_per_sale", "on the wire while shoppers came"},
      {"idle_bytes_per_s", "on the wire when all is quiet"},
      {"converge_ms", "from the last heal, or the last shopper, until all know the same"}};
  return all;
}

std::string tile(std::string_view kind, const std::string& value, std::string_view what) {
  return "<div class=\"tile " + std::string(kind) + "\"><b>" + value + "</b><span>" + std::string(what) +
         "</span></div>\n";
}

std::string tiles(const Measures& m) {
  std::string html = "<div class=\"tiles\">\n";
  html += tile(m.oversold_units == 0 ? "good" : "bad", shown(static_cast<double>(m.oversold_units), 0),
               "units oversold");
  html += tile("", shown(static_cast<double>(m.units_sold), 0), "units sold");
  html += tile("", shown(m.false_denial_pct, 2) + " %", "refused though there was stock");
  html += tile("", shown(static_cast<double>(m.unsold_wanted_units), 0), "wanted units left unsold");
  html += tile("", shown(m.reserve_ms.p99, 1) + " ms", "to reserve, 99 of 100");
  if (m.served_in_partition_pct)
    html += tile("", shown(m.served_in_partition_pct, 1) + " %", "served while cut");
  return html + "</div>\n";
}

std::string section(std::string_view title, std::string_view what, const std::string& content) {
  if (content.empty()) return {};
  return "<section><h2>" + std::string(title) + "</h2><p>" + std::string(what) + "</p>\n" + content +
         "</section>\n";
}

std::string measures_table(const Measures& measures) {
  std::string html = "<div class=\"scroll\"><table class=\"all\">\n";
  for (const auto& [name, value, decimals] : named(measures))
    html += "<tr><td>" + std::string(name) + "</td><td>" + shown(value, decimals) + "</td><td>" +
            std::string(meanings().at(name)) + "</td></tr>\n";
  return html + "</table></div>\n";
}

}  // namespace

std::string page_html(const Scenario& scenario, const Measured& measured, const Recording& recording,
                      const std::string& command) {
  const auto name = escaped(scenario.name) + ", " + measured.policy;
  std::string html =
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>" +
      name + "</title><style>" + std::string(style_sheet) + "</style></head><body>\n";
  html += "<h1>" + name + "</h1><p class=\"under\">" + escaped(scenario.title) + ". Seed " +
          std::to_string(measured.seed) + ", shoppers " + (measured.waiting ? "wait" : "do not wait") + "; " +
          shown(static_cast<double>(measured.measures.attempts), 0) + " attempts, " +
          shown(static_cast<double>(measured.measures.sales), 0) + " sales.</p>\n";
  html += tiles(measured.measures);
  html += section("Where the rights were",
                  "Units that each region may sell, with those in its shoppers' baskets.",
                  rights_chart(scenario, recording));
  html += section("What shoppers were told", "Attempts a second; refusals by reason, as the region gave it.",
                  attempts_chart(scenario, recording));
  html += section("How long a reservation took", "As its shopper saw it; each tenfold of time is as wide.",
                  latency_chart(recording, measured.measures));
  html +=
      section("What moved", "Rights that one region gave to another.",
              recording.units_between.empty() ? std::string()
                                              : moved_chart(scenario, recording) + "<div class=\"scroll\">" +
                                                    moved_table(scenario, recording) + "</div>");
  html +=
      section("All measures", "A dash stands for what cannot be said.", measures_table(measured.measures));
  return html + "<footer>Made again by <code>" + escaped(command) + "</code></footer>\n</body></html>\n";
}

}  // namespace holdfast::sim
