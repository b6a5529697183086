#include "store/plan.h"

namespace holdfast::store {
namespace {

constexpr std::size_t examples_max = 5;

std::string product(const Schema& schema) { return sql_name(schema.product.table) + " p"; }
std::string rows(const Schema& schema) { return sql_name(schema.row.table) + " r"; }
std::string of_product(const std::string& column) { return "p." + sql_name(column); }
std::string of_row(const std::string& column) { return "r." + sql_name(column); }

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

std::vector<Look> looks(const Schema& schema) {
  const std::string sku = of_product(schema.product.sku);
  const std::string id = "cast(" + of_row(schema.row.id) + " as text)";
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
       {.sql = "select distinct " + of_row(schema.row.status) + " from " + rows(schema) + " where " +
               of_row(schema.row.status) + " is null or " + of_row(schema.row.status) +
               " not in ($1, $2, $3, $4, $5)",
        .values = {schema.status.pending, schema.status.purchased, schema.status.returned,
                   schema.status.released, schema.status.expired}}},
  };
  if (!schema.product.inventory.empty()) {
    all.push_back(
        {"products with a negative inventory",
         {.sql = "select " + sku + " from " + product(schema) + " where " + inventory(schema) + " < 0"}});
    all.push_back(oversold(schema));
  }
  if (!schema.customer.table.empty() && !schema.row.customer.empty())
    all.push_back(
        {"rows of a customer who is not there",
         {.sql = "select " + id + " from " + rows(schema) + " where " + of_row(schema.row.customer) +
                 " is not null and not exists (select 1 from " + sql_name(schema.customer.table) +
                 " c where c." + sql_name(schema.customer.id) + " = " + of_row(schema.row.customer) + ")"}});
  if (!schema.row.quantity.empty())
    all.push_back({"rows of less than one unit",
                   {.sql = "select " + id + " from " + rows(schema) + " where coalesce(" + units_sql(schema) +
                           ", 0) < 1"}});
  return all;
}

Result<void, Trouble> find(StoreDatabase& store, const Look& look, Plan& plan) {
  const auto counted = store.read(
      {.sql = "select count(*) from (" + look.examples.sql + ") found", .values = look.examples.values});
  if (!counted) return failure(counted.error());
  const std::int64_t count = std::stoll(counted->front()[0].value_or("0"));
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

}  // namespace

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
  const auto totals = store.read({.sql = "with " + held_sql(schema) + " select count(*), coalesce(sum(" +
                                         stock_sql(schema) + "), 0) from " + product(schema) +
                                         " left join held on held.product = " + of_product(schema.product.id),
                                  .values = {schema.status.purchased, schema.status.pending}});
  if (!totals) return failure(totals.error());
  plan.products = std::stoll(totals->front()[0].value_or("0"));
  plan.stock = std::stoll(totals->front()[1].value_or("0"));
  const auto statuses = store.read({.sql = "select " + of_row(schema.row.status) + ", count(*), sum(" +
                                           units_sql(schema) + ") from " + rows(schema) + " group by " +
                                           of_row(schema.row.status) + " order by 1"});
  if (!statuses) return failure(statuses.error());
  for (const Row& row : *statuses)
    plan.statuses.push_back(
        {row[0].value_or("null"), std::stoll(row[1].value_or("0")), std::stoll(row[2].value_or("0"))});
  for (const Look& look : looks(schema))
    if (auto found = find(store, look, plan); !found) return failure(found.error());
  return plan;
}

}  // namespace holdfast::store
