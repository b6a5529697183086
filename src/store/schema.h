// Schema: where the shop keeps what, by the names of its tables and columns, and what its words mean.
//
//   product(id, sku, inventory)   customer(id)   customer_product(id, customer_id, product_id, status)
//
// is the one without a configuration: one row for each unit. With a column for the quantity it is one row for
// each line of a reservation; with one for the reservation, rows say themselves whose they are, else a table
// of our own does (own_tables.h).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace holdfast::store {

enum class InventoryMeans {
  left,   // falls when something is sold, rises when it comes back
  stock,  // never falls: what is left is it less what was sold
};

struct Schema {
  struct {
    std::string table = "product", id = "id", sku = "sku";
    std::string inventory = "inventory";  // empty: the shop has no such column
    InventoryMeans means = InventoryMeans::stock;
    std::string available_here, available_everywhere;  // columns for numbers.h; empty: there is none
  } product;
  struct {
    std::string table = "customer", id = "id";  // empty table: customers are not looked up
  } customer;
  struct {
    std::string table = "customer_product", id = "id", customer = "customer_id", product = "product_id";
    std::string status = "status";
    std::string quantity, reservation;  // empty: there is none
  } row;
  // What stands in the status column; an empty one: such rows are deleted.
  struct {
    std::string pending = "Pending", purchased = "Purchased", returned = "Returned", released, expired;
  } status;
};

// A file of names (TOML); what is left out is as above. Else its faults, one a line: FILE:LINE: key: what.
[[nodiscard]] Result<Schema, std::vector<std::string>> read_schema(const std::string& file,
                                                                   std::string_view text);

// A name of the configuration as it stands in SQL: "customer_product", "shop"."product".
[[nodiscard]] std::string sql_name(std::string_view name);

}  // namespace holdfast::store
