#include "store/product_sums.h"

#include "store/plan.h"

namespace holdfast::store {

Result<void, std::string> ProductSums::read_store(StoreDatabase& store, const Schema& schema) {
  const auto column = [](const std::string& name) { return "p." + sql_name(name); };
  const std::string inventory = schema.product.inventory.empty() ? "0" : column(schema.product.inventory);
  const auto rows = store.read(
      {.sql = "with " + held_sql(schema) + " select " + as_text(column(schema.product.sku)) + ", " +
              inventory + ", held.purchased, m.purchased from " + sql_name(schema.product.table) +
              " p left join held on held.product = " + column(schema.product.id) +
              " left join holdfast_moved_product m on m.product_id = cast(" + column(schema.product.id) +
              " as text)",
       .values = {schema.status.purchased, schema.status.pending}});
  if (!rows) return failure(told(rows.error()));
  for (const Row& row : *rows) {
    Product& product = products_[row[0].value_or("")];
    product.here = true;
    product.inventory = whole_of(row[1]);
    product.purchased = whole_of(row[2]);
    product.purchased_before = whole_of(row[3]);
  }
  return {};
}

Result<void, std::string> ProductSums::read_regions(std::vector<Region>& regions) {
  for (Region& region : regions) {
    const auto read = region.all("/v1/skus", "skus", [&](const json::value& row) {
      Product& product = products_[string_at(row, "sku").value_or("")];
      product.there = true;
      product.rights += number(row, "available_here").value_or(0) + number(row, "reserved_here").value_or(0);
      product.sold += number(row, "purchased_here").value_or(0) - number(row, "returned_here").value_or(0);
    });
    if (!read) return failure(read.error());
  }
  return {};
}

void ProductSums::compare(const Schema& schema, const Lags& lags,
                          std::vector<Difference>& differences) const {
  for (const auto& [sku, product] : products_)
    if (!lags.has_product(sku)) compare(sku, product, schema, differences);
}

void ProductSums::compare(const std::string& sku, const Product& product, const Schema& schema,
                          std::vector<Difference>& differences) const {
  const auto tell = [&](DifferenceKind kind, std::string detail) {
    differences.push_back({kind, sku, std::move(detail)});
  };
  if (!product.here) return tell(DifferenceKind::unknown_here, "the store has no such product");
  const bool left = schema.product.means == InventoryMeans::left;
  const std::int64_t stock = product.rights + (left ? 0 : product.sold + product.purchased_before);
  if (!product.there) {
    if (product.inventory != (left ? 0 : product.purchased_before))
      tell(DifferenceKind::unknown_there,
           "no region knows it, and the store has " + std::to_string(product.inventory));
    return;
  }
  if (!schema.product.inventory.empty() && product.inventory != stock)
    tell(DifferenceKind::stock_column, std::to_string(product.inventory) + ", should be " +
                                           std::to_string(stock) + " by what the regions hold");
  compare_sold(sku, product, differences);
}

void ProductSums::compare_sold(const std::string& sku, const Product& product,
                               std::vector<Difference>& differences) const {
  const std::int64_t sold = product.purchased_before + product.sold;
  if (product.purchased == sold) return;
  differences.push_back({DifferenceKind::sold_units, sku,
                         std::to_string(product.purchased) + " purchased by the rows, " +
                             std::to_string(sold) + " by the regions"});
  const auto forgotten = forgotten_.find(sku);
  if (forgotten == forgotten_.end()) return;
  for (const std::string& key : forgotten->second)
    differences.push_back({DifferenceKind::extra_row, key,
                           "of " + sku + ", and no such reservation is remembered: it may be one too many"});
}

}  // namespace holdfast::store
