#include <algorithm>

#include "cli/format.h"
#include "cli/render.h"
#include "cli/table.h"

namespace holdfast::cli {
namespace {

using enum Column::Align;

Paint paint_of(const std::string& state) {
  if (state == "purchased") return Paint::good;
  return state == "pending" ? Paint::doubtful : Paint::none;
}

std::string expiry(const json::value& reservation) {
  const auto in_ms = number(reservation, "expires_in_ms");
  if (!in_ms) return {};
  return "in " + span_ms(*in_ms);
}

// The first lines of a basket: a row of a table has no room for all of a long one.
std::string summary(const json::value& reservation) {
  constexpr std::size_t named_max = 3;
  const auto& lines = list(reservation, "lines");
  std::string text_of_lines;
  for (std::size_t i = 0; i < std::min(lines.size(), named_max); ++i)
    text_of_lines += (i == 0 ? "" : ", ") + text(lines[i], "sku") + "=" + plain(at(lines[i], "quantity"));
  if (lines.size() > named_max) text_of_lines += ", +" + std::to_string(lines.size() - named_max);
  return text_of_lines;
}

std::string lines_table(const json::value& reservation, bool colour) {
  bool any_returned = false;
  std::vector<Row> rows;
  for (const auto& line : list(reservation, "lines")) {
    any_returned = any_returned || number(line, "returned").value_or(0) > 0;
    rows.push_back({{text(line, "sku")}, {text(line, "quantity")}, {text(line, "returned")}});
  }
  std::vector<Column> columns{{"SKU"}, {"QUANTITY", right}};
  if (any_returned) columns.push_back({"RETURNED", right});
  return table(columns, rows, colour);
}

}  // namespace

std::string reservation_text(const json::value& reservation, bool colour) {
  const auto state = text(reservation, "state");
  const auto expires = expiry(reservation);
  return facts({{"reservation", {text(reservation, "id")}},
                {"state", {state, paint_of(state)}},
                {"region", {text(reservation, "region")}},
                {"customer", {text(reservation, "customer")}},
                {"order", {text(reservation, "order")}},
                {"replaced", {text(reservation, "replaced")}},
                {"created", {text(reservation, "created_at")}},
                {"expires", {expires.empty() ? "" : expires + ", at " + text(reservation, "expires_at")}}},
               colour) +
         "\n" + lines_table(reservation, colour);
}

std::string reservations_text(const json::value& body, bool colour) {
  std::vector<Row> rows;
  for (const auto& reservation : list(body, "reservations")) {
    const auto state = text(reservation, "state");
    rows.push_back({{text(reservation, "id")},
                    {state, paint_of(state)},
                    {text(reservation, "customer")},
                    {moment(text(reservation, "created_at"))},
                    {expiry(reservation)},
                    {summary(reservation)}});
  }
  return table({{"ID"}, {"STATE"}, {"CUSTOMER"}, {"CREATED"}, {"EXPIRES"}, {"LINES"}}, rows, colour);
}

}  // namespace holdfast::cli
