#include "store/plan.h"

#include <algorithm>
#include <array>

#include "base/utf8.h"
#include "store/change.h"
#include "text/whole.h"

namespace holdfast::store {
namespace {

constexpr std::size_t examples_max = 5;

// What the daemon takes.
constexpr std::size_t sku_chars_max = 64;
constexpr std::size_t customer_chars_max = 128;
constexpr std::string_view units_max = "1000000000";  // of one product at once, and of one row

std::string product(const Schema& schema) { return sql_name(schema.product.table) + " p"; }
std::string rows(const Schema& schema) { return sql_name(schema.row.table) + " r"; }
std::string of_product(const std::string& column) { return "p." + sql_name(column); }
std::string of_row(const std::string& column) { return "r." + sql_name(column); }

std::string whole(const std::string& value) { return "cast(" + value + " as bigint)"; }

bool is_taken(std::string_view text, std::size_t chars_max) {
  const auto characters = utf8_length(text);
  if (!characters || *characters > chars_max) return false;
  for (std::string_view rest = text; !rest.empty(); rest.remove_prefix(first_character(rest).bytes))
    if (is_control(first_character(rest).code)) return false;
  return true;
}

bool is_taken_as_sku(std::string_view sku) {
  return is_taken(sku, sku_chars_max) && !sku.starts_with(' ') && !sku.ends_with(' ');
}

// What to look for: a query of one column, an example of each.
struct Look {
  std::string what;
  Statement examples;
};

std::string inventory(const Schema& schema) {
  return schema.product.inventory.empty() ? "0" : "coalesce(" + of_product(schema.product.inventory) + ", 0)";
}

Look oversold(const Schema& schema) {
  const bool left = schema.product.means == InventoryMeans::left;
  return {left ? "products of which more is pending than is left"
               : "products of which more is sold than there was",
          {.sql = "with " + held_sql(schema) + " select " + of_product(schema.product.sku) + " from " +
                  product(schema) + " join held on held.product = " + of_product(schema.product.id) +
                  " where " + inventory(schema) + " < held.pending" + (left ? "" : " + held.purchased"),
           .values = {schema.status.purchased, schema.status.pending}}};
}

void append_inventory_looks(const Schema& schema, std::vector<Look>& all) {
  const std::string column = of_product(schema.product.inventory);
  const auto products_where = [&](const std::string& which) {
    return Statement{.sql = "select " + of_product(schema.product.sku) + " from " + product(schema) +
                            " where " + which};
  };
  all.push_back({"products with a negative inventory", products_where(inventory(schema) + " < 0")});
  all.push_back(
      {"products whose inventory is no whole number", products_where(column + " <> " + whole(column))});
  all.push_back({"products of more units than Holdfast takes at once",
                 products_where(column + " > " + std::string(units_max))});
  all.push_back(oversold(schema));
}

void append_quantity_looks(const Schema& schema, std::vector<Look>& all) {
  const std::string units = units_sql(schema);
  const auto rows_where = [&](const std::string& which) {
    return Statement{.sql = "select " + as_text(of_row(schema.row.id)) + " from " + rows(schema) + " where " +
                            which};
  };
  all.push_back({"rows of less than one unit", rows_where("coalesce(" + units + ", 0) < 1")});
  all.push_back({"rows of no whole number of units", rows_where(units + " <> " + whole(units))});
  all.push_back(
      {"rows of more units than Holdfast takes at once", rows_where(units + " > " + std::string(units_max))});
}

std::vector<Look> looks(const Schema& schema) {
  const std::string sku = of_product(schema.product.sku);
  const std::string id = as_text(of_row(schema.row.id)), status = as_text(of_row(schema.row.status));
  std::vector<Look> all{
      {"products without a SKU",
       {.sql = "select cast(" + of_product(schema.product.id) + " as text) from " + product(schema) +
               " where " + sku + " is null or " + sku + " = ''"}},
      {"SKUs of several products",
       {.sql = "select " + sku + " from " + product(schema) + " where " + sku + " is not null group by " +
               sku + " having count(*) > 1"}},
      {"rows of a product that is not there",
       {.sql = "select " + id + " from " + rows(schema) + " where not exists (select 1 from " +
               product(schema) + " where " + of_product(schema.product.id) + " = " +
               of_row(schema.row.product) + ")"}},
      {"rows of another status than is configured",
       {.sql = "select distinct " + status + " from " + rows(schema) + " where " + status + " is null or " +
               status + " not in ($1, $2, $3, $4, $5)",
        .values = {schema.status.pending, schema.status.purchased, schema.status.returned,
                   schema.status.released, schema.status.expired}}},
  };
  if (!schema.product.inventory.empty()) append_inventory_looks(schema, all);
  if (!schema.customer.table.empty() && !schema.row.customer.empty())
    all.push_back(
        {"rows of a customer who is not there",
         {.sql = "select " + id + " from " + rows(schema) + " where " + of_row(schema.row.customer) +
                 " is not null and not exists (select 1 from " + sql_name(schema.customer.table) +
                 " c where c." + sql_name(schema.customer.id) + " = " + of_row(schema.row.customer) + ")"}});
  if (!schema.row.quantity.empty()) append_quantity_looks(schema, all);
  if (schema.row.reservation.empty())
    all.push_back({"rows whose id is no whole number, and there is no reservation column",
                   {.sql = "select " + id + " from " + rows(schema) + " where trim(ltrim(" + id +
                           ", '-'), '0123456789') <> ''"}});
  return all;
}

// Columns that are named and not there are the database's to tell.
Result<void, Trouble> touch_columns(StoreDatabase& store, const Schema& schema) {
  std::string named;
  for (const std::string& column : {schema.product.available_here, schema.product.available_everywhere})
    if (!column.empty()) named += ", " + of_product(column);
  for (const std::string& column : {schema.row.customer, schema.row.reservation})
    if (!column.empty()) named += ", " + of_row(column);
  const auto read = store.read(
      {.sql = "select 1" + named + " from " + product(schema) + ", " + rows(schema) + " where 1 = 0"});
  if (!read) return failure(read.error());
  return {};
}

void take(std::string what, const std::vector<std::string>& found, Plan& plan) {
  if (found.empty()) return;
  Finding finding{std::move(what), static_cast<std::int64_t>(found.size()), {}};
  for (const std::string& one : found)
    if (finding.examples.size() < examples_max) finding.examples.push_back(one);
  plan.findings.push_back(std::move(finding));
}

Result<void, Trouble> find_texts(StoreDatabase& store, const Schema& schema, Plan& plan) {
  const auto skus =
      store.read({.sql = "select " + as_text(of_product(schema.product.sku)) + " from " + product(schema)});
  if (!skus) return failure(skus.error());
  std::vector<std::string> found;
  for (const Row& row : *skus)
    if (!is_taken_as_sku(row[0].value_or(""))) found.push_back(row[0].value_or(""));
  take("SKUs of more than 64 characters, with control characters, or with a space at an end", found, plan);
  if (schema.row.customer.empty()) return {};
  const std::string customer = as_text(of_row(schema.row.customer));
  const auto customers =
      store.read({.sql = "select distinct " + customer + " from " + rows(schema) + " where " +
                         of_row(schema.row.status) + " = $1 and " + customer + " is not null",
                  .values = {schema.status.pending}});
  if (!customers) return failure(customers.error());
  found.clear();
  for (const Row& row : *customers)
    if (row[0] == "" || !is_taken(row[0].value_or(""), customer_chars_max))
      found.push_back(row[0].value_or(""));
  take("customers of open rows with more than 128 characters, none, or control characters", found, plan);
  return {};
}

// Of these nothing is known here, so that no row could be written.
Result<void, Trouble> find_needed_columns(StoreDatabase& store, const Schema& schema, Plan& plan) {
  const auto needed = store.read(
      {.sql = std::string(store.dialect().needed_columns), .values = {sql_name(schema.row.table)}});
  if (!needed) return failure(needed.error());
  const std::array given{schema.row.product, schema.row.status, schema.row.customer, schema.row.quantity,
                         schema.row.reservation};
  std::vector<std::string> found;
  for (const Row& row : *needed)
    if (std::ranges::find(given, row[0].value_or("")) == given.end()) found.push_back(row[0].value_or(""));
  take("columns of " + schema.row.table + " that must be given and have no default", found, plan);
  return {};
}

Result<void, Trouble> find(StoreDatabase& store, const Look& look, Plan& plan) {
  const auto counted = store.read(
      {.sql = "select count(*) from (" + look.examples.sql + ") found", .values = look.examples.values});
  if (!counted) return failure(counted.error());
  const std::int64_t count = whole_of(counted->front()[0]);
  if (count == 0) return {};
  Statement some = look.examples;
  some.sql += " limit " + std::to_string(examples_max);
  const auto found = store.read(some);
  if (!found) return failure(found.error());
  Finding finding{look.what, count, {}};
  for (const Row& row : *found) finding.examples.push_back(row[0].value_or("null"));
  plan.findings.push_back(std::move(finding));
  return {};
}

// All rows that are there are given the id of a reservation.
Result<void, Trouble> find_narrow_column(StoreDatabase& store, const Schema& schema, Plan& plan) {
  const std::string_view width = store.dialect().column_width;
  if (width.empty() || schema.row.reservation.empty()) return {};
  const auto read =
      store.read({.sql = std::string(width), .values = {sql_name(schema.row.table), schema.row.reservation}});
  if (!read) return failure(read.error());
  if (read->empty()) return {};
  const std::string id = as_text(of_row(schema.row.id));
  return find(store,
              {"rows whose id, after " + std::string(adopted_prefix) + ", is too long for the column " +
                   schema.row.reservation,
               {.sql = "select " + id + " from " + rows(schema) + " where length(" + id + ") > " +
                       std::to_string(whole_of(read->front()[0]) -
                                      static_cast<std::int64_t>(adopted_prefix.size()))}},
              plan);
}

}  // namespace

std::string as_text(const std::string& value) { return "cast(" + value + " as text)"; }

std::int64_t whole_of(const std::optional<std::string>& column) {
  return parse_whole(column.value_or("0").substr(0, column.value_or("0").find('.'))).value_or(0);
}

std::string units_sql(const Schema& schema) {
  return schema.row.quantity.empty() ? "1" : of_row(schema.row.quantity);
}

std::string held_sql(const Schema& schema) {
  const auto sum_of = [&](const std::string& parameter) {
    return "sum(case when " + of_row(schema.row.status) + " = " + parameter + " then " + units_sql(schema) +
           " else 0 end)";
  };
  return "held as (select " + of_row(schema.row.product) + " as product, " + sum_of("$1") +
         " as purchased, " + sum_of("$2") + " as pending from " + rows(schema) + " group by " +
         of_row(schema.row.product) + ")";
}

std::string stock_sql(const Schema& schema) {
  if (schema.product.means == InventoryMeans::left || schema.product.inventory.empty())
    return inventory(schema);
  return inventory(schema) + " - coalesce(held.purchased, 0)";
}

Result<Plan, Trouble> plan_move(StoreDatabase& store, const Schema& schema) {
  Plan plan;
  if (auto touched = touch_columns(store, schema); !touched) return failure(touched.error());
  const auto totals = store.read({.sql = "with " + held_sql(schema) + " select count(*), coalesce(sum(" +
                                         stock_sql(schema) + "), 0) from " + product(schema) +
                                         " left join held on held.product = " + of_product(schema.product.id),
                                  .values = {schema.status.purchased, schema.status.pending}});
  if (!totals) return failure(totals.error());
  plan.products = whole_of(totals->front()[0]);
  plan.stock = whole_of(totals->front()[1]);
  const std::string status = as_text(of_row(schema.row.status));
  const auto statuses = store.read({.sql = "select " + status + ", count(*), sum(" + units_sql(schema) +
                                           ") from " + rows(schema) + " group by " + status + " order by 1"});
  if (!statuses) return failure(statuses.error());
  for (const Row& row : *statuses)
    plan.statuses.push_back({row[0].value_or("null"), whole_of(row[1]), whole_of(row[2])});
  for (const Look& look : looks(schema))
    if (auto found = find(store, look, plan); !found) return failure(found.error());
  for (const auto more : {find_texts, find_needed_columns, find_narrow_column})
    if (auto found = more(store, schema, plan); !found) return failure(found.error());
  return plan;
}

}  // namespace holdfast::store
