#include "cli/format.h"
#include "cli/render.h"
#include "cli/table.h"

namespace holdfast::cli {
namespace {

using enum Column::Align;

Cell sold_out(const json::value& sku, const char* words) {
  return is_true(sku, "sold_out_everywhere") ? Cell{words, Paint::bad} : Cell{};
}

std::string signed_units(const json::value& object, std::string_view name) {
  const auto units = number(object, name).value_or(0);
  return (units > 0 ? "+" : "") + grouped(units);
}

}  // namespace

std::string sku_text(const json::value& sku, bool colour) {
  const auto as_of = text(sku, "elsewhere_as_of");
  const auto elsewhere = text(sku, "elsewhere_estimate");
  return facts(
      {{"sku", {text(sku, "sku")}},
       {"region", {text(sku, "region")}},
       {"available here", {text(sku, "available_here")}},
       {"reserved here", {text(sku, "reserved_here")}},
       {"purchased here", {text(sku, "purchased_here")}},
       {"returned here", {text(sku, "returned_here")}},
       {"elsewhere", {elsewhere.empty() ? "" : "~" + elsewhere + (as_of.empty() ? "" : ", as of " + as_of)}},
       {"", sold_out(sku, "sold out everywhere")}},
      colour);
}

std::string skus_text(const json::value& body, bool colour) {
  std::vector<Row> rows;
  for (const auto& sku : list(body, "skus"))
    rows.push_back({{text(sku, "sku")},
                    {text(sku, "available_here")},
                    {text(sku, "reserved_here")},
                    {text(sku, "purchased_here")},
                    {text(sku, "returned_here")},
                    {text(sku, "elsewhere_estimate").empty() ? "" : "~" + text(sku, "elsewhere_estimate")},
                    sold_out(sku, "sold out")});
  return table({{"SKU"},
                {"AVAILABLE", right},
                {"RESERVED", right},
                {"PURCHASED", right},
                {"RETURNED", right},
                {"ELSEWHERE", right},
                {""}},
               rows, colour);
}

std::string adjustment_text(const json::value& adjustment, bool colour) {
  return facts({{"sku", {text(adjustment, "sku")}},
                {"region", {text(adjustment, "region")}},
                {"change", {signed_units(adjustment, "delta")}},
                {"available here", {text(adjustment, "available_here")}},
                {"reason", {text(adjustment, "reason")}},
                {"at", {text(adjustment, "at")}}},
               colour);
}

std::string import_text(const json::value& import, bool colour) {
  const auto refused = number(import, "refused").value_or(0);
  return facts({{"lines", {text(import, "lines")}},
                {"applied", {text(import, "applied")}},
                {"units", {text(import, "units")}},
                {"refused", {grouped(refused), refused > 0 ? Paint::bad : Paint::none}}},
               colour);
}

std::string refused_lines(const json::value& import) {
  std::string lines;
  for (const auto& result : list(import, "results")) {
    if (number(result, "status").value_or(0) / 100 == 2 || text(result, "code").empty()) continue;
    lines += "  line " + text(result, "line") +
             (text(result, "sku").empty() ? "" : " (" + text(result, "sku") + ")") + ": " +
             text(result, "code") + (text(result, "detail").empty() ? "" : ": " + text(result, "detail")) +
             "\n";
  }
  return lines;
}

}  // namespace holdfast::cli
