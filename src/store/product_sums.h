// ProductSums: of each product, what the store's rows and its stock column come to, against what the regions
// hold and have sold. Sums are never forgotten, whatever the daemons remember of single reservations.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "store/lag.h"
#include "store/verify.h"

namespace holdfast::store {

class ProductSums {
 public:
  [[nodiscard]] Result<void, std::string> read_store(StoreDatabase& store, const Schema& schema);
  [[nodiscard]] Result<void, std::string> read_regions(std::vector<Region>& regions);
  // Rows of it are purchased under a key that no region remembers.
  void forgotten(const std::string& sku, const std::string& key) { forgotten_[sku].push_back(key); }

  // But of products that `lags` has. Appended.
  void compare(const Schema& schema, const Lags& lags, std::vector<Difference>& differences) const;
  [[nodiscard]] std::int64_t products() const { return static_cast<std::int64_t>(products_.size()); }

 private:
  struct Product {
    std::int64_t inventory = 0, purchased = 0, purchased_before = 0;  // in the store
    std::int64_t rights = 0, sold = 0;                                // of all regions: sold less returned
    bool here = false, there = false;
  };
  void compare(const std::string& sku, const Product& product, const Schema& schema,
               std::vector<Difference>& differences) const;
  void compare_sold(const std::string& sku, const Product& product,
                    std::vector<Difference>& differences) const;

  std::map<std::string, Product> products_;
  std::map<std::string, std::vector<std::string>> forgotten_;  // by product
};

}  // namespace holdfast::store
