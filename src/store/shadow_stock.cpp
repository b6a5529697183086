#include "store/shadow_stock.h"

#include "store/adjustments.h"
#include "store/plan.h"

namespace holdfast::store {
namespace {

std::string of_product(const std::string& column) { return "p." + sql_name(column); }

// All stock that ever was of a product, now: what was sold is in the inventory, or is added.
std::string total_sql(const Schema& schema) {
  const std::string inventory =
      schema.product.inventory.empty() ? "0" : "coalesce(" + of_product(schema.product.inventory) + ", 0)";
  return schema.product.means == InventoryMeans::left ? inventory + " + coalesce(held.purchased, 0)"
                                                      : inventory;
}

// A change of stock that Holdfast refused; it is asked for again under the same key.
constexpr std::string_view refused_sql = "state not in ('done', 'open', 'late')";

// By product: how much more there is than Holdfast was told, how often it was told of more, and which of them
// it refused.
Statement changes_sql(const Schema& schema) {
  const std::string id = of_product(schema.product.id), sku = as_text(of_product(schema.product.sku));
  const std::string change =
      total_sql(schema) + " - coalesce(m.units + m.purchased, 0) - coalesce(a.delta, 0)";
  return {.sql = "with " + held_sql(schema) + ", a as (select sku, sum(case when " +
                 std::string(refused_sql) +
                 " then 0 else delta end) as delta, count(*) as times, max(case when " +
                 std::string(refused_sql) +
                 " then id end) as refused from holdfast_adjustment "
                 "where id like 'shadow-%' group by sku) select " +
                 sku + ", " + change + ", coalesce(a.refused, 'shadow-' || " + as_text(id) +
                 " || '-' || coalesce(a.times, 0)), (select state from " +
                 "holdfast_adjustment r where r.id = a.refused) from " + sql_name(schema.product.table) +
                 " p left join held on held.product = " + id +
                 " left join holdfast_moved_product m on m.product_id = " + as_text(id) +
                 " left join a on a.sku = " + sku + " where coalesce(" + sku + ", '') <> '' and " + change +
                 " <> 0 order by case when a.refused is null then 0 else 1 end limit 500",
          .values = {schema.status.purchased, schema.status.pending}};
}

}  // namespace

Result<std::vector<StockChange>, Trouble> stock_changes(StoreDatabase& store, const Schema& schema) {
  const auto rows = store.read(changes_sql(schema));
  if (!rows) return failure(rows.error());
  std::vector<StockChange> changes;
  for (const Row& row : *rows)
    changes.push_back({row[0].value_or(""), whole_of(row[1]), row[2].value_or(""), row[3]});
  return changes;
}

Result<std::size_t, Trouble> tell_stock(StoreDatabase& store, Region& home,
                                        const std::vector<StockChange>& changes, std::int64_t now_seconds,
                                        const Shadow::Report& report) {
  std::vector<Statement> statements;
  for (const StockChange& change : changes)
    statements.push_back(
        {.sql =
             "insert into holdfast_adjustment (id, region, sku, delta, reason) values ($1, $2, $3, $4, $5) "
             "on conflict (id) do update set delta = excluded.delta, state = 'open', asked_at = null",
         .values = {change.id, home.name(), change.sku, change.units, "changed in the shop's table"}});
  if (!statements.empty())
    if (auto noted = store.apply(statements); !noted) return failure(noted.error());
  if (auto passed = pass_on_adjustments(store, home, now_seconds); !passed) return passed;
  std::size_t said = 0;
  for (const StockChange& change : changes) {
    const auto state =
        store.read({.sql = "select state from holdfast_adjustment where id = $1", .values = {change.id}});
    if (!state) return failure(state.error());
    const std::string code = state->empty() ? "" : state->front()[0].value_or("");
    if (code == change.refused) continue;
    ++said;
    if (code != "done" && code != "open")
      report({"stock of " + change.sku, std::to_string(change.units), code});
  }
  return said;
}

Result<std::vector<Otherwise>, Trouble> refused_stock(StoreDatabase& store) {
  const auto rows =
      store.read({.sql = "select sku, delta, state from holdfast_adjustment where id like 'shadow-%' and " +
                         std::string(refused_sql) + " order by sku"});
  if (!rows) return failure(rows.error());
  std::vector<Otherwise> all;
  for (const Row& row : *rows)
    all.push_back({"stock of " + row[0].value_or(""), std::to_string(whole_of(row[1])), row[2].value_or("")});
  return all;
}

}  // namespace holdfast::store
