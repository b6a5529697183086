#include "store/rows.h"

#include <algorithm>
#include <utility>

namespace holdfast::store {
namespace {

// Of a reservation: those that say so themselves, or those that our own table says are.
std::string whose_rows(const Schema& schema, const std::string& parameter) {
  if (!schema.row.reservation.empty()) return sql_name(schema.row.reservation) + " = " + parameter;
  return sql_name(schema.row.id) + " in (select row_id from holdfast_row where reservation = " + parameter +
         ")";
}

// An id that was handed out just now is nobody else's any more.
std::string insert_mapping(const std::string& row) {
  return "insert into holdfast_row (row_id, reservation) " + row +
         " on conflict (row_id) do update set reservation = excluded.reservation";
}

// A row of one line; where `returning`, with whose it is in our own table.
std::string insert_sql(const Schema& schema, bool returning) {
  std::string columns, values;
  int number = 0;
  const auto add = [&](const std::string& column, const std::string& value) {
    if (column.empty()) return;
    columns += (columns.empty() ? "" : ", ") + sql_name(column);
    values += (values.empty() ? "" : ", ") + value;
  };
  const auto next = [&](const std::string& column) {
    return column.empty() ? std::string() : "$" + std::to_string(++number);
  };
  add(schema.row.product, sql_name(schema.product.id));
  add(schema.row.status, next(schema.row.status));
  add(schema.row.customer, next(schema.row.customer));
  add(schema.row.quantity, next(schema.row.quantity));
  add(schema.row.reservation, next(schema.row.reservation));
  const std::string insert = "insert into " + sql_name(schema.row.table) + " (" + columns + ") select " +
                             values + " from " + sql_name(schema.product.table) + " where " +
                             sql_name(schema.product.sku) + " = $" + std::to_string(++number);
  if (!returning) return insert;
  return "with made as (" + insert + " returning " + sql_name(schema.row.id) + " as id) " +
         insert_mapping("select id, $" + std::to_string(++number) + " from made");
}

// Adds to the inventory, or takes from it (`sign`), the units of the reservation's rows whose status is $1,
// or is not (`is`); and adds $3.
std::string resold_sql(const Schema& schema, const std::string& sign, const std::string& is) {
  const std::string rows = sql_name(schema.row.table), product = sql_name(schema.product.table);
  const std::string units = schema.row.quantity.empty() ? "1" : sql_name(schema.row.quantity);
  const std::string inventory = sql_name(schema.product.inventory);
  return "update " + product + " set " + inventory + " = coalesce(" + inventory + ", 0) " + sign +
         " coalesce((select sum(" + units + ") from " + rows + " where " + rows + "." +
         sql_name(schema.row.product) + " = " + product + "." + sql_name(schema.product.id) + " and " +
         sql_name(schema.row.status) + ' ' + is + " $1 and " + whose_rows(schema, "$2") +
         "), 0) + $3 where " + sql_name(schema.product.sku) + " = $4";
}

// Touches the rows of one line, and changes nothing in them.
std::string same_sql(const Schema& schema) {
  const std::string status = sql_name(schema.row.status);
  return "update " + sql_name(schema.row.table) + " set " + status + " = $1 where " + status + " = $1 and " +
         sql_name(schema.row.product) + " = (select " + sql_name(schema.product.id) + " from " +
         sql_name(schema.product.table) + " where " + sql_name(schema.product.sku) + " = $2) and " +
         whose_rows(schema, "$3") +
         (schema.row.quantity.empty() ? "" : " and " + sql_name(schema.row.quantity) + " = $4");
}

// All but rows that are open still, whatever the shop made of the others.
std::string keep_sql(const Schema& schema) {
  const std::string kept = sql_name(schema.row.status) + " <> $3";
  if (!schema.row.reservation.empty())
    return "update " + sql_name(schema.row.table) + " set " + sql_name(schema.row.reservation) +
           " = $1 where " + whose_rows(schema, "$2") + " and " + kept;
  return "update holdfast_row set reservation = $1 where reservation = $2 and row_id in (select " +
         sql_name(schema.row.id) + " from " + sql_name(schema.row.table) + " where " + kept + ")";
}

std::string adjust_sql(const Schema& schema) {
  const std::string inventory = sql_name(schema.product.inventory);
  return "update " + sql_name(schema.product.table) + " set " + inventory + " = coalesce(" + inventory +
         ", 0) + $1 where " + sql_name(schema.product.sku) + " = $2";
}

}  // namespace

std::string key_of(std::string_view region, std::string_view home, std::string_view id) {
  return region == home ? std::string(id) : std::string(region) + '/' + std::string(id);
}

RowWriter::RowWriter(const Schema& schema, Dialect dialect)
    : schema_(schema),
      insert_sql_(insert_sql(schema, schema.row.reservation.empty() && dialect.last_id.empty())),
      mapping_sql_(schema.row.reservation.empty() && !dialect.last_id.empty()
                       ? insert_mapping("values (" + std::string(dialect.last_id) + ", $1)")
                       : std::string()),
      restate_sql_("update " + sql_name(schema.row.table) + " set " + sql_name(schema.row.status) +
                   " = $1 where " + sql_name(schema.row.status) + " = $2 and " + whose_rows(schema, "$3")),
      same_sql_(same_sql(schema)),
      erase_sql_("delete from " + sql_name(schema.row.table) + " where " + whose_rows(schema, "$1")),
      unmap_sql_("delete from holdfast_row where reservation = $1"),
      resold_sql_(resold_sql(schema, "+", "=")),
      not_open_sql_(resold_sql(schema, "+", "<>")),
      returned_sql_(resold_sql(schema, "-", "=")),
      adjust_sql_(adjust_sql(schema)),
      keep_sql_(keep_sql(schema)) {}

void RowWriter::quick(const Change& change, const std::string& key, std::vector<Statement>& out) const {
  const auto* reservation = std::get_if<Reservation>(&change.what);
  if (!reservation || reservation->lines.empty()) return afresh(change, key, Before::written, out);
  const bool from_store = reservation->id.starts_with(adopted_prefix);
  if (change.event == "reservation.pending") {
    if (from_store) return restate(key, schema_.status.pending, rows_of(*reservation), out);
    erase(key, out, 0);
    return insert(*reservation, key, out);
  }
  if (change.event == "reservation.purchased") {
    restate(key, schema_.status.purchased, rows_of(*reservation), out);
    if (inventory_falls())
      for (const Line& line : reservation->lines)
        out.push_back({.sql = adjust_sql_, .values = {-line.quantity, line.sku}, .rows = 1});
    return;
  }
  if (change.event == "reservation.changed") return confirm(*reservation, key, out);
  if (change.event != "reservation.released" && change.event != "reservation.expired")
    return afresh(change, key, Before::written, out);
  const std::string status = status_of(reservation->state);
  if (status.empty()) return erase(key, out, rows_of(*reservation));
  restate(key, status, rows_of(*reservation), out);
}

void RowWriter::afresh(const Change& change, const std::string& key, Before before,
                       std::vector<Statement>& out) const {
  if (const auto* adjusted = std::get_if<StockAdjusted>(&change.what)) {
    const bool counts = adjusted->delta != 0 && adjusted->reason != moved_in_reason;
    if (counts && !schema_.product.inventory.empty())
      out.push_back({.sql = adjust_sql_, .values = {adjusted->delta, adjusted->sku}, .rows = 1});
    return;
  }
  const auto* reservation = std::get_if<Reservation>(&change.what);
  if (!reservation) return;
  if (inventory_falls() && change.event == "reservation.returned")
    take_back(*reservation, key, before, out);
  else if (inventory_falls())
    resell(*reservation, key, out);
  erase(key, out, {});
  insert(*reservation, key, out);
}

void RowWriter::keep_sold(const std::string& key, const std::string& other,
                          std::vector<Statement>& out) const {
  out.push_back({.sql = keep_sql_, .values = {other, key, schema_.status.pending}});
}

std::optional<Trouble> RowWriter::hopeless(const Change& change) const {
  const auto* reservation = std::get_if<Reservation>(&change.what);
  if (!reservation || !schema_.row.quantity.empty()) return std::nullopt;
  const bool fits = std::ranges::all_of(reservation->lines,
                                        [](const Line& line) { return line.quantity <= rows_per_line_max; });
  if (fits) return std::nullopt;
  return Trouble{
      TroubleKind::data, "54000",
      "more than " + std::to_string(rows_per_line_max) + " rows for one line: name a quantity column"};
}

void RowWriter::insert(const Reservation& reservation, const std::string& key,
                       std::vector<Statement>& out) const {
  const std::string status = status_of(reservation.state);
  for (const Line& line : reservation.lines) {
    insert_line(reservation, line, status, line.quantity - line.returned, key, out);
    insert_line(reservation, line, schema_.status.returned, line.returned, key, out);
  }
}

void RowWriter::insert_line(const Reservation& reservation, const Line& line, const std::string& status,
                            std::int64_t quantity, const std::string& key,
                            std::vector<Statement>& out) const {
  if (status.empty() || quantity <= 0) return;
  Statement one{.sql = insert_sql_, .values = {status}, .rows = 1};
  if (!schema_.row.customer.empty())
    one.values.push_back(reservation.customer ? Value(*reservation.customer) : Value(nullptr));
  if (!schema_.row.quantity.empty()) one.values.push_back(quantity);
  if (!schema_.row.reservation.empty()) one.values.push_back(key);
  one.values.push_back(line.sku);
  if (schema_.row.reservation.empty() && mapping_sql_.empty()) one.values.push_back(key);
  for (std::int64_t i = 0; i < (schema_.row.quantity.empty() ? quantity : 1); ++i) {
    out.push_back(one);
    if (!mapping_sql_.empty()) out.push_back({.sql = mapping_sql_, .values = {key}, .rows = 1});
  }
}

// It was extended, most likely, and its rows are as they were.
void RowWriter::confirm(const Reservation& reservation, const std::string& key,
                        std::vector<Statement>& out) const {
  restate(key, schema_.status.pending, rows_of(reservation), out);
  for (const Line& line : reservation.lines) {
    Statement same{
        .sql = same_sql_, .values = {schema_.status.pending, line.sku, key}, .rows = line.quantity};
    if (!schema_.row.quantity.empty()) {
      same.values.push_back(line.quantity);
      same.rows = 1;
    }
    out.push_back(std::move(same));
  }
}

void RowWriter::erase(const std::string& key, std::vector<Statement>& out,
                      std::optional<std::int64_t> rows) const {
  out.push_back({.sql = erase_sql_, .values = {key}, .rows = rows});
  if (schema_.row.reservation.empty()) out.push_back({.sql = unmap_sql_, .values = {key}});
}

void RowWriter::restate(const std::string& key, const std::string& status, std::int64_t rows,
                        std::vector<Statement>& out) const {
  out.push_back({.sql = restate_sql_, .values = {status, schema_.status.pending, key}, .rows = rows});
}

// The inventory falls by what is sold after the event, less what the rows say was before.
void RowWriter::resell(const Reservation& reservation, const std::string& key,
                       std::vector<Statement>& out) const {
  for (const Line& line : reservation.lines) {
    const std::int64_t sold = reservation.state == State::purchased ? line.quantity - line.returned : 0;
    out.push_back(
        {.sql = resold_sql_, .values = {schema_.status.purchased, key, -sold, line.sku}, .rows = 1});
  }
}

// It rises by what came back less what the rows say came back before: the shop may have given what it sold
// another word, or deleted it. Where rows do not say so, all but open ones were sold.
void RowWriter::take_back(const Reservation& reservation, const std::string& key, Before before,
                          std::vector<Statement>& out) const {
  const auto& words = schema_.status;
  if (before == Before::set_aside) return resell(reservation, key, out);
  for (const Line& line : reservation.lines) {
    if (words.returned.empty())
      out.push_back({.sql = not_open_sql_,
                     .values = {words.pending, key, line.returned - line.quantity, line.sku},
                     .rows = 1});
    else
      out.push_back(
          {.sql = returned_sql_, .values = {words.returned, key, line.returned, line.sku}, .rows = 1});
  }
}

bool RowWriter::inventory_falls() const {
  return !schema_.product.inventory.empty() && schema_.product.means == InventoryMeans::left;
}

std::string RowWriter::status_of(State state) const {
  switch (state) {
    case State::pending: return schema_.status.pending;
    case State::purchased: return schema_.status.purchased;
    case State::released: return schema_.status.released;
    case State::expired: return schema_.status.expired;
  }
  std::unreachable();
}

std::int64_t RowWriter::rows_of(const Reservation& reservation) const {
  std::int64_t rows = 0;
  for (const Line& line : reservation.lines) rows += schema_.row.quantity.empty() ? line.quantity : 1;
  return rows;
}

}  // namespace holdfast::store
