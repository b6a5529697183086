// What moving in would bring, and what of the shop's tables does not add up. Reads only.
#pragma once

#include "store/database.h"
#include "store/schema.h"

namespace holdfast::store {

struct Finding {
  std::string what;  // "products with a negative inventory"
  std::int64_t count = 0;
  std::vector<std::string> examples;  // some
};

struct Plan {
  std::int64_t products = 0;
  std::int64_t stock = 0;  // units that would come in as rights
  struct Status {
    std::string status;
    std::int64_t rows = 0, units = 0;
  };
  std::vector<Status> statuses;
  std::vector<Finding> findings;  // only those that are
};

[[nodiscard]] Result<Plan, Trouble> plan_move(StoreDatabase& store, const Schema& schema);

// SQL for a value as text: also of a word of an enum, and without what pads a char(n).
[[nodiscard]] std::string as_text(const std::string& value);
// A number as it comes from a column, 5 or 5.00, without what is not whole of it; 0 of what is none.
[[nodiscard]] std::int64_t whole_of(const std::optional<std::string>& column);

// For each product what is purchased and pending of it, as a table `held(product, purchased, pending)`; its
// parameters $1 and $2 are the words for these.
[[nodiscard]] std::string held_sql(const Schema& schema);
// The units that a product brings in, where `p` is the product and `held` its held row, if any.
[[nodiscard]] std::string stock_sql(const Schema& schema);
[[nodiscard]] std::string units_sql(const Schema& schema);  // of one row, `r`

}  // namespace holdfast::store
